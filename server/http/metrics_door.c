/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Metrics, on a socket of their own. */
#include <microhttpd.h>
#include <string.h>

#include "server/http/daemon.h"
#include "server/http/keeper.h"
#include "sys/file.h"

enum { METRICS_BYTES = 1024 * 1024, READERS = 16, READER_SECONDS = 10 };

static enum MHD_Result handle_metrics(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *bytes, size_t *len, void **slot)
{
    (void)version, (void)bytes, (void)len, (void)slot;
    struct http *http = context;
    BUF(text, METRICS_BYTES);
    bool found = strcmp(url, "/metrics") == 0 && strcmp(method, "GET") == 0;
    if (found) {
        struct metrics_now now = {.connections = keeper_links(http->keeper)};
        workers_count(http->workers, &now.waiting, &now.running);
        workers_count(http->sign_in_workers, &now.sign_in_waiting, &now.sign_in_running);
        metrics_put(http->metrics, &now, &text);
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.len, text.at, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    enum MHD_Result result =
        MHD_queue_response(connection, found ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, response);
    MHD_destroy_response(response);
    return result;
}

enum err metrics_door_open(struct http *http, struct buf *problem)
{
    if (!http->service->run_folder) return OK;
    int fd;
    TRY(listener_open_metrics(http->service, problem, &fd));
    http->metrics_daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
        handle_metrics, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)READERS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)READER_SECONDS, MHD_OPTION_END);
    if (http->metrics_daemon) return OK;
    file_close(&fd);
    buf_add_c(problem, "the listener for metrics does not start");
    return ERR_IO;
}

void metrics_door_close(struct http *http)
{
    if (http->metrics_daemon) MHD_stop_daemon(http->metrics_daemon);
    http->metrics_daemon = NULL;
}

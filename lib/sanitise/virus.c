/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/virus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "core/utc.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "sys/file.h"

enum {
    SCAN_SECONDS = 30, /* one document */
    CHUNK_BYTES = 64 * 1024,
    ANSWER_BYTES = 1024,
    NAME_BYTES = 100,
    SOCKET_PATH_BYTES = sizeof((struct sockaddr_un *)NULL)->sun_path, /* unix(7), with its zero */
};

/* ---- a conversation ---------------------------------------------------------------------------
 */

struct talk {
    int fd;
    int64_t end_us;
    bool is_deaf; /* it answered, or closed, before it had everything */
    char answer[ANSWER_BYTES];
    size_t len;
};

/* Waits for one of these events; false when the time is over. */
static bool wait_for(const struct talk *talk, short events, short *ret_events)
{
    for (;;) {
        int64_t left_us = talk->end_us - clock_monotonic_us();
        if (left_us <= 0) return false;
        struct pollfd one = {.fd = talk->fd, .events = events};
        int count = poll(&one, 1, (int)(left_us / 1000) + 1);
        if (count < 0 && errno != EINTR) return false;
        if (count <= 0) continue;
        *ret_events = one.revents;
        return true;
    }
}

/* A socket whose line of callers is full makes us wait, as long as this talk may take. */
static enum err begin(const char *path, struct talk *talk)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len == 0 || len >= SOCKET_PATH_BYTES) return ERR_SCANNER;
    memcpy(address.sun_path, path, len);
    talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (talk->fd < 0) return ERR_SCANNER;
    int64_t left_us = talk->end_us - clock_monotonic_us();
    if (left_us <= 0) return ERR_SCANNER;
    struct timeval most = {.tv_sec = left_us / UTC_SECOND_US, .tv_usec = left_us % UTC_SECOND_US};
    if (setsockopt(talk->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) ||
        connect(talk->fd, (const struct sockaddr *)&address, sizeof address))
        return ERR_SCANNER;
    int flags = fcntl(talk->fd, F_GETFL);
    if (flags < 0 || fcntl(talk->fd, F_SETFL, flags | O_NONBLOCK)) return ERR_SCANNER;
    return OK;
}

/* An answer that comes before everything was said is heard at once: it is that of a limit. */
static enum err say(struct talk *talk, struct str bytes)
{
    while (bytes.len > 0 && !talk->is_deaf) {
        short events;
        if (!wait_for(talk, POLLIN | POLLOUT, &events)) return ERR_SCANNER;
        if (events & (POLLIN | POLLERR | POLLHUP)) {
            talk->is_deaf = true;
            return OK;
        }
        ssize_t sent = send(talk->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        if (sent > 0)
            bytes = str_from_byte(bytes, (size_t)sent);
        else if (errno == EPIPE || errno == ECONNRESET)
            talk->is_deaf = true;
        else if (errno != EAGAIN && errno != EINTR)
            return ERR_SCANNER;
    }
    return OK;
}

/* One answer, up to the zero that ends it. */
static enum err hear(struct talk *talk, struct str *ret_answer)
{
    while (talk->len < sizeof talk->answer) {
        short events;
        if (!wait_for(talk, POLLIN, &events)) return ERR_SCANNER;
        ssize_t got = recv(talk->fd, talk->answer + talk->len, sizeof talk->answer - talk->len, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) return ERR_SCANNER;
        talk->len += (size_t)got;
        const char *end = memchr(talk->answer, 0, talk->len);
        if (!end) continue;
        *ret_answer = (struct str){talk->answer, (size_t)(end - talk->answer)};
        return OK;
    }
    return ERR_SCANNER;
}

static enum err say_chunk(struct talk *talk, struct str bytes)
{
    uint32_t len = (uint32_t)bytes.len;
    const char head[4] = {(char)(len >> 24), (char)(len >> 16), (char)(len >> 8), (char)len};
    TRY(say(talk, (struct str){head, sizeof head}));
    return say(talk, bytes);
}

static enum err say_document(struct talk *talk, struct str document)
{
    TRY(say(talk, (struct str){"zINSTREAM", sizeof "zINSTREAM"}));
    while (document.len > 0 && !talk->is_deaf) {
        size_t len = document.len < CHUNK_BYTES ? document.len : CHUNK_BYTES;
        TRY(say_chunk(talk, str_slice(document, 0, len)));
        document = str_from_byte(document, len);
    }
    return say_chunk(talk, STR(""));
}

/* ---- what it says -----------------------------------------------------------------------------
 */

/* As it may be shown: what is long or not plain says nothing to anybody. */
static struct str plain_name(struct str name, struct arena *arena)
{
    bool is_plain = name.len > 0 && name.len <= NAME_BYTES;
    for (size_t i = 0; i < name.len && is_plain; i++)
        is_plain = name.at[i] > ' ' && name.at[i] < 0x7f;
    return is_plain ? arena_str(arena, name) : STR("without a name");
}

enum err virus_judge(struct str answer, bool is_whole, struct arena *arena, struct str *ret_name)
{
    static const struct str before = {"stream: ", 8}, after = {" FOUND", 6};
    if (str_equal(answer, STR("INSTREAM size limit exceeded. ERROR"))) return ERR_SCANNER_SIZE;
    if (str_equal(answer, STR("stream: OK"))) {
        if (!is_whole) return ERR_SCANNER; /* of what, when it has not had all of it? */
        *ret_name = STR("");
        return OK;
    }
    if (answer.len < before.len + after.len || !str_starts(answer, before) ||
        !str_ends(answer, after))
        return ERR_SCANNER;
    struct str name = str_slice(answer, before.len, answer.len - after.len);
    if (str_starts(name, STR("Heuristics.Limits.Exceeded"))) return ERR_SCANNER_SIZE;
    *ret_name = plain_name(name, arena);
    return OK;
}

static enum err ask(const char *socket, struct str document, int64_t end_us, struct arena *arena,
                    struct str *ret_name)
{
    struct talk talk = {.fd = -1, .end_us = end_us};
    struct str answer;
    enum err code = begin(socket, &talk);
    if (code == OK) code = say_document(&talk, document);
    if (code == OK) code = hear(&talk, &answer);
    if (code == OK) code = virus_judge(answer, !talk.is_deaf, arena, ret_name);
    file_close(&talk.fd);
    return code;
}

/* ---- scans ------------------------------------------------------------------------------------
 */

const char *virus_configure(const struct conf *conf, struct virus_scanner *ret_scanner)
{
    static const char *const words[] = {
        [VIRUS_OFF] = "off",
        [VIRUS_IF_AVAILABLE] = "if-available",
        [VIRUS_REQUIRED] = "required",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!str_equal(conf->press_clamd, str_from(words[i]))) continue;
        if (i != VIRUS_OFF && !*conf->press_clamd_socket)
            return "[press] clamd_socket is empty: name the socket of clamd, or set clamd to off";
        if (i != VIRUS_OFF && strlen(conf->press_clamd_socket) >= SOCKET_PATH_BYTES)
            return "[press] clamd_socket is longer than the 107 bytes that a socket's path may "
                   "have";
        *ret_scanner = (struct virus_scanner){(enum virus_rule)i, conf->press_clamd_socket};
        return NULL;
    }
    return "[press] clamd must be off, if-available or required";
}

enum err virus_scan(struct virus_scans *scans, struct str document, int64_t until_us,
                    struct arena *arena, struct str *ret_name)
{
    struct str name = STR("");
    if (scans->scanner.rule == VIRUS_OFF) {
        *ret_name = name;
        return OK;
    }
    int64_t seconds = FAULT_FAILS(scan_time_short) ? 1 : SCAN_SECONDS;
    int64_t end_us = clock_monotonic_us() + seconds * UTC_SECOND_US;
    if (until_us && until_us < end_us) end_us = until_us;
    enum err code = ERR_SCANNER;
    if (!scans->is_away) code = ask(scans->scanner.socket, document, end_us, arena, &name);
    if (code == OK && name.len == 0) scans->clean++;
    if (code == ERR_SCANNER) scans->is_away = true;
    if (code == ERR_SCANNER_SIZE) scans->was_too_big = true;
    if (code != OK && scans->scanner.rule == VIRUS_REQUIRED)
        return code == ERR_SCANNER && virus_ping(scans->scanner.socket) == OK ? ERR_SCANNER_FILE
                                                                              : code;
    *ret_name = name;
    return OK;
}

enum err virus_ping(const char *socket)
{
    struct talk talk = {.fd = -1, .end_us = clock_monotonic_us() + UTC_SECOND_US};
    struct str answer;
    enum err code = begin(socket, &talk);
    if (code == OK) code = say(&talk, (struct str){"zPING", sizeof "zPING"});
    if (code == OK) code = hear(&talk, &answer);
    if (code == OK && !str_equal(answer, STR("PONG"))) code = ERR_SCANNER;
    file_close(&talk.fd);
    return code;
}

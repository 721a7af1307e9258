/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The pace of outgoing mail, shared by the processes of one letterbox-post: a domain does not care
 * which of them sends. It stands in memory that they share, about 10 KB, and ends with them: a new
 * start forgets which domain was to be spared, and finds out by one mail. Who waits in the line is
 * in the database, and waits on. Copies on other hosts each keep a pace of their own.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sys/mman.h>

#include "mail/pace.h"
#include "sys/clock.h"
#include "sys/rand.h"
#include "worker/post/post.h"

enum { LEAST_WAIT_MS = 200 };

struct post_pace {
    pthread_mutex_t lock;
    struct mail_pace pace;
};

struct post_pace *post_pace_new(int64_t per_minute)
{
    struct post_pace *pace =
        mmap(NULL, sizeof *pace, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pace == MAP_FAILED) return NULL;
    uint64_t seed;
    rand_bytes(&seed, sizeof seed);
    mail_pace_init(&pace->pace, per_minute, seed);
    pthread_mutexattr_t attributes;
    ASSERT(pthread_mutexattr_init(&attributes) == 0);
    ASSERT(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    /* one that is killed with the lock must not keep the others from ending */
    ASSERT(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
    ASSERT(pthread_mutex_init(&pace->lock, &attributes) == 0);
    ASSERT(pthread_mutexattr_destroy(&attributes) == 0);
    return pace;
}

static void lock(struct post_pace *pace)
{
    int code = pthread_mutex_lock(&pace->lock);
    if (code == EOWNERDEAD) code = pthread_mutex_consistent(&pace->lock);
    ASSERT(code == 0);
}

static void unlock(struct post_pace *pace)
{
    ASSERT(pthread_mutex_unlock(&pace->lock) == 0);
}

int post_pace_ask(struct post_pace *pace, struct str domain, bool presses, int64_t now_us)
{
    lock(pace);
    int seconds = mail_pace_ask(&pace->pace, domain, presses, now_us);
    unlock(pace);
    return seconds;
}

void post_pace_tell(struct post_pace *pace, struct str domain, int64_t asked_us,
                    const struct mail_smtp_result *result)
{
    /* a refused sign-in says nothing about the recipient's domain */
    bool is_struck = result->outcome == MAIL_SMTP_LATER && !result->login_refused &&
                     mail_pace_is_strike(str_from(result->code));
    bool is_taken = result->outcome == MAIL_SMTP_ACCEPTED;
    if (!is_struck && !is_taken) return;
    int64_t now_us = clock_monotonic_us();
    lock(pace);
    if (is_struck)
        mail_pace_struck(&pace->pace, domain, asked_us, now_us);
    else
        mail_pace_taken(&pace->pace, domain, asked_us, now_us);
    unlock(pace);
}

int post_pace_due_ms(struct post_pace *pace)
{
    int64_t now_us = clock_monotonic_us();
    lock(pace);
    int64_t next_us = mail_pace_next(&pace->pace, now_us);
    unlock(pace);
    if (next_us == INT64_MAX) return INT_MAX;
    int64_t ms = (next_us - now_us) / 1000;
    return ms < LEAST_WAIT_MS ? LEAST_WAIT_MS : (int)ms;
}

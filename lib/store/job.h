/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_JOB_H
#define LETTERBOX_STORE_JOB_H

/*
 * Which jobs the workers take first: of those that are ready, the one with the lowest number, and
 * of these the oldest. Mail comes last, because anybody can send any amount of it; and of mail,
 * what nobody known has written.
 */
enum job_priority {
    JOB_DECIDED = 3,  /* staff wait for it */
    JOB_USUAL = 5,    /* letters from the portal, scans */
    JOB_REMINDER = 6, /* hundreds may be due on one day, and a letter does not wait for them */
    JOB_MAIL = 6,     /* an e-mail came; nobody has looked whose it is */
    JOB_UNPROVED = 7, /* its address is known, and not proved */
    JOB_STRANGER = 8, /* its address is not known */
};

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_FAULT_H
#define LETTERBOX_SYS_FAULT_H

#include <stdbool.h>

/*
 * Fault switches, in test builds only; the shipped build holds neither the code nor the name.
 *
 *   FAULT_POINT(name);            a step boundary: the process is killed here when the environment
 *                                 says LETTERBOX_FAULT="name:kill", stays here for ever where it
 *                                 says "name:stall", and until SIGCONT where it says "name:stop"
 *   if (FAULT_FAILS(name)) ...    an outside call made to fail: LETTERBOX_FAULT="name:fail" always,
 *                                 "name:fail:N" the first N times
 *
 * Several switches stand apart by commas. With LETTERBOX_FAULT_LOG=FILE each point reached is
 * appended to the file, once a process, so that a test can see which were never reached.
 */
#ifdef LETTERBOX_TEST
void fault_point(const char *name);
bool fault_fails(const char *name);
#define FAULT_POINT(name) fault_point(#name)
#define FAULT_FAILS(name) fault_fails(#name)
#else
#define FAULT_POINT(name) ((void)0)
#define FAULT_FAILS(name) false
#endif

#endif

/* Where commands and the server that has a city meet: the socket DIR/heluo.sock. */
#pragma once

#include "server/city.h"

typedef struct Door {
    char path[128]; /* of the socket */
    int dir_fd;     /* keeps a short way to a socket in a deep folder; -1 none */
} Door;

void door_find(const char *dir, Door *out);
void door_leave(Door *door); /* the path must not be used any more */

/* city_open, behind a command that has DIR for now: it is waited for (DOOR_WAIT_S at most), and
 * said so on stderr. ERR_BUSY: a server listens at the door. */
Err door_city_open(const Door *door, const char *dir, City *out, Buf *why) MUST_USE;
enum { DOOR_WAIT_S = 3600 };

#include "server/door.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A socket's path may have 107 bytes; a longer one is reached through the open folder. */
enum { SOCKET_PATH_MAX = 108, RETRY_MS_MAX = 200, TOLD_AFTER_MS = 1000 };

void door_find(const char *dir, Door *out)
{
    *out = (Door){.dir_fd = -1};
    int n = snprintf(out->path, sizeof out->path, "%s/heluo.sock", dir);
    if (n > 0 && n < SOCKET_PATH_MAX) return;
    mkdir(dir, 0700); /* as the store would; where it fails, opening the store tells why */
    out->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    snprintf(out->path, sizeof out->path, "/proc/self/fd/%d/heluo.sock", out->dir_fd);
}

void door_leave(Door *door)
{
    if (door->dir_fd >= 0) close(door->dir_fd);
    door->dir_fd = -1;
}

static bool somebody_listens(const Door *door)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, door->path, strnlen(door->path, sizeof address.sun_path - 1));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool there = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return there;
}

/* A server has its signals blocked until it serves. */
static bool told_to_stop(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

Err door_city_open(const Door *door, const char *dir, City *out, Buf *why)
{
    int64_t waited_ms = 0;
    bool told = false;
    for (int ms = 10;; ms = MIN(ms * 2, (int)RETRY_MS_MAX)) {
        buf_clear(why);
        Err err = city_open(dir, out, why);
        if (err != ERR_BUSY || somebody_listens(door)) return err;
        if (told_to_stop() || waited_ms >= (int64_t)DOOR_WAIT_S * 1000) {
            buf_clear(why);
            buf_printf(why, "another command has %s", dir);
            return ERR_STORAGE;
        }
        if (waited_ms >= TOLD_AFTER_MS && !told) {
            fprintf(stderr, "heluo: waiting for another command that has %s\n", dir);
            told = true;
        }
        nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
        waited_ms += ms;
    }
}

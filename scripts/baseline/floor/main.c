// A client that only sends and waits: no strategy, no record, no look at the clock, replies counted by their line ends. What
// it reaches is what the kernel, the network and the server leave to any client of its shape on this machine.
//
//     floor-benchmark loop PORT CONNECTIONS REQUESTS WORD...     one thread with an edge-triggered epoll, one command
//     floor-benchmark threads PORT PROCS THREADS ATTEMPTS       threads that wait, attempts of the strategy `optimistic`
//
// Prints round trips or attempts a second. Exits with 1 and a line on stderr when anything goes wrong.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    fprintf(stderr, "floor-benchmark: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static int port;

static int connect_to_redis(void) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

static void send_all(int descriptor, const char *bytes, size_t count) {
    if (send(descriptor, bytes, count, MSG_NOSIGNAL) != (ssize_t)count) fail("send");
}

// One thread with many connections

static int loop(int connections, long requests, int words, char **word) {
    char request[4096], reply[4096];
    size_t length = snprintf(request, sizeof request, "*%d\r\n", words);
    for (int index = 0; index < words && length < sizeof request; index++) {
        length += snprintf(
            request + length, sizeof request - length, "$%zu\r\n%s\r\n", strlen(word[index]), word[index]);
    }
    if (length >= sizeof request) {
        errno = E2BIG;
        fail("the command");
    }
    int queue = epoll_create1(0), descriptors[connections];
    for (int index = 0; index < connections; index++) {
        descriptors[index] = connect_to_redis();
        fcntl(descriptors[index], F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = descriptors[index]};
        if (epoll_ctl(queue, EPOLL_CTL_ADD, descriptors[index], &event) != 0) fail("epoll_ctl");
    }
    double start = seconds();
    long sent = 0, answered = 0;
    for (; sent < connections && sent < requests; sent++) send_all(descriptors[sent], request, length);
    struct epoll_event events[256];
    while (answered < requests) {
        int count = epoll_wait(queue, events, 256, 10000);
        if (count <= 0) fail("epoll_wait");
        for (int index = 0; index < count; index++) {
            ssize_t bytes = recv(events[index].data.fd, reply, sizeof reply, 0);
            // A reply of one line in one piece, as short ones on loopback come.
            if (bytes < 3 || reply[0] != ':' || reply[bytes - 1] != '\n') fail("a number is wanted as reply");
            answered++;
            if (sent < requests) {
                send_all(events[index].data.fd, request, length);
                sent++;
            }
        }
    }
    printf("%.0f\n", requests / (seconds() - start));
    return 0;
}

// Many threads that wait

static struct {
    atomic_int ready;
    atomic_int isOpen;
} *gate;

static int attempts;

// The stock's key is as long as in a run; of an order only its length counts.
static const char look[] =
    "*2\r\n$5\r\nWATCH\r\n$23\r\n{stress:00000000}:stock\r\n*2\r\n$3\r\nGET\r\n$23\r\n{stress:00000000}:stock\r\n";
static const char take[] =
    "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$23\r\n{stress:00000000}:stock\r\n$3\r\n999\r\n"
    "*3\r\n$5\r\nRPUSH\r\n$24\r\n{stress:00000000}:orders\r\n$11\r\n12345678901\r\n*1\r\n$4\r\nEXEC\r\n";

// Reads until so many lines have come; behind one that begins with `*2` come two more.
static void await(int descriptor, int lines) {
    char bytes[1024], first = 0;
    int column = 0;
    while (lines > 0) {
        ssize_t count = recv(descriptor, bytes, sizeof bytes, 0);
        if (count <= 0) fail("recv");
        for (ssize_t index = 0; index < count; index++, column++) {
            if (column == 0) first = bytes[index];
            if (first == '-') {
                errno = EPROTO;
                fail("the server's reply");
            }
            if (column == 1 && first == '*' && bytes[index] == '2') lines += 2;
            if (bytes[index] == '\n') {
                lines -= 1;
                column = -1;
            }
        }
    }
}

static void *buyer(void *unused) {
    int descriptor = connect_to_redis();
    atomic_fetch_add(&gate->ready, 1);
    while (!atomic_load(&gate->isOpen)) usleep(1000);
    for (int attempt = 0; attempt < attempts; attempt++) {
        send_all(descriptor, look, sizeof look - 1);
        await(descriptor, 3);  // +OK, and the stock in two lines
        send_all(descriptor, take, sizeof take - 1);
        await(descriptor, 4);  // +OK, +QUEUED, +QUEUED, and *2 with two more or *-1
    }
    return unused;
}

static int threads(int procs, int count) {
    gate = mmap(NULL, sizeof *gate, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (gate == MAP_FAILED) fail("mmap");
    for (int process = 0; process < procs; process++) {
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child > 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pthread_t made[count];
        for (int index = 0; index < count; index++) {
            if (pthread_create(&made[index], NULL, buyer, NULL) != 0) fail("pthread_create");
        }
        for (int index = 0; index < count; index++) pthread_join(made[index], NULL);
        _exit(0);
    }
    while (atomic_load(&gate->ready) < procs * count) {
        usleep(1000);
        if (waitpid(-1, NULL, WNOHANG) > 0) return 1;
    }
    double start = seconds();
    atomic_store(&gate->isOpen, 1);
    int status, result = 0;
    while (wait(&status) > 0) result |= status != 0;
    if (result == 0) printf("%.0f\n", (double)procs * count * attempts / (seconds() - start));
    return result;
}

int main(int count, char **argument) {
    if (count > 5 && strcmp(argument[1], "loop") == 0) {
        port = atoi(argument[2]);
        return loop(atoi(argument[3]), atol(argument[4]), count - 5, argument + 5);
    }
    if (count == 6 && strcmp(argument[1], "threads") == 0) {
        port = atoi(argument[2]);
        attempts = atoi(argument[5]);
        return threads(atoi(argument[3]), atoi(argument[4]));
    }
    fprintf(stderr, "usage: floor-benchmark loop PORT CONNECTIONS REQUESTS WORD... | threads PORT PROCS THREADS ATTEMPTS\n");
    return 64;
}

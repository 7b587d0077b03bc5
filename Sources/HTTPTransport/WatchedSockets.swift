internal import CCurl
internal import CLinux
internal import Glibc

/// The sockets that a loop's epoll watches.
///
/// libcurl stops watching a connection's socket whenever a request on it is over, and starts again with the next one: two system calls
/// for each request. So a connection's socket stays watched for as long as it is open. Of other sockets of libcurl's, such as its
/// resolver's, nobody tells when they are closed: these are watched as libcurl says.
final class WatchedSockets {
    private struct Socket {
        /// Whether it is a connection's, so that its closing is told.
        var isConnection = false
        /// What epoll reports of it; 0 where it does not watch it.
        var watched: UInt32 = 0
        /// What libcurl wants to know.
        var wanted: UInt32 = 0
    }

    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    /// By their descriptors.
    private var sockets: [Socket] = []

    deinit { close(epoll) }

    static func of(_ pointer: UnsafeMutableRawPointer?) -> WatchedSockets {
        // libcurl hands back what it was given.
        Unmanaged<WatchedSockets>.fromOpaque(pointer!).takeUnretainedValue()
    }

    private func makeRoom(for descriptor: Int32) {
        while sockets.count <= descriptor { sockets.append(Socket()) }
    }

    // MARK: Connections

    /// Lets the sockets of a client's connections be opened and closed here.
    func serve(_ client: HTTPClient) {
        stress_curl_set_sockets(
            client.handle,
            { own, _, address in
                guard let address else { return -1 }
                let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
                let descriptor = socket(address.pointee.family, kind, address.pointee.protocol)
                if descriptor >= 0 { WatchedSockets.of(own).opened(descriptor) }
                return descriptor
            },
            { own, descriptor in
                WatchedSockets.of(own).closed(descriptor)
                return close(descriptor)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func opened(_ descriptor: Int32) {
        makeRoom(for: descriptor)
        sockets[Int(descriptor)] = Socket(isConnection: true)
    }

    /// Whoever closes a descriptor takes it out of epoll, too.
    private func closed(_ descriptor: Int32) {
        makeRoom(for: descriptor)
        sockets[Int(descriptor)] = Socket()
    }

    // MARK: Watching

    /// - Parameter events: of EPOLLIN and EPOLLOUT; 0 for none any more.
    func watch(_ descriptor: Int32, _ events: UInt32) {
        makeRoom(for: descriptor)
        let index = Int(descriptor)
        sockets[index].wanted = events
        guard sockets[index].isConnection else { return set(descriptor, events, isKnown: false) }
        // Room to send is there most of the time, so that nobody can go on watching for that.
        let isEnough = sockets[index].watched == events || events == 0 && sockets[index].watched == EPOLLIN.rawValue
        if isEnough { return }
        set(descriptor, events == 0 ? EPOLLIN.rawValue : events, isKnown: sockets[index].watched != 0)
    }

    /// Whether libcurl wants to know of an event. A connection on which something happens between two requests is watched no longer: it
    /// is closed by its other end, which libcurl sees when it wants to use it again.
    func isWanted(_ descriptor: Int32) -> Bool {
        guard descriptor < sockets.count, sockets[Int(descriptor)].wanted == 0 else { return true }
        set(descriptor, 0, isKnown: true)
        return false
    }

    private func set(_ descriptor: Int32, _ events: UInt32, isKnown: Bool) {
        sockets[Int(descriptor)].watched = events
        guard events != 0 else {
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
            return
        }
        var event = epoll_event()
        event.data.fd = descriptor
        event.events = events
        if epoll_ctl(epoll, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0 { return }
        if errno == EEXIST {
            epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event)
        } else if errno == ENOENT {
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }
    }
}

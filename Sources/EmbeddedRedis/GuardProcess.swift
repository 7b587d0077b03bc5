internal import CLinux
internal import FoundationEssentials
internal import Glibc

/// The hidden `stress guard`: starts one private Redis server and outlives everybody to clean up after it.
///
/// It ends when its standard input does, which is when the coordinator stops it or dies in whatever way. It must run on
/// the main thread, because the server dies with the thread that started it.
package enum GuardProcess {
    /// - Parameter arguments: what follows the subcommand: the folder to make, the port, the most clients, how to keep
    ///   data, the server's program, and the library for power cuts if there may be any.
    package static func run(arguments: [String]) -> Never {
        setsid()
        for ignored in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU] {
            signal(ignored, SIG_IGN)
        }
        closeForeignDescriptors()
        // The children that Redis forks to save become ours when it is gone.
        _ = stress_adopt_orphans()
        guard let settings = ServerSettings(arguments: arguments) else {
            tell(.failed("stress guard is internal to stress and takes other arguments than these"))
            exit(64)
        }
        let failure = TemporaryFolder.make(settings.folder)
        guard failure == 0 else {
            tell(
                .failed(
                    "cannot make \(settings.folder): \(SystemError(number: failure)). Set TMPDIR to a folder that can "
                        + "be written to"))
            exit(73)
        }
        // Never closed: held to the end of this process, and by the server to its own.
        let lock = FolderLock.hold(settings.folder)
        tell(.folderMade)
        watchOver(GuardedServer(settings, lock: lock))
        ProcessStatus.killMembers(ofSession: getpid(), withinMilliseconds: 3000)
        // In a container whose first process reaps nobody they would stay as zombies.
        ChildProcess.reapAll(withinMilliseconds: 1000)
        exit(TemporaryFolder.remove(settings.folder, withinMilliseconds: 3000) ? 0 : 74)
    }

    /// Carries out orders and returns when the coordinator is gone, or says what none of ours says.
    private static func watchOver(_ server: GuardedServer) {
        var server = server
        var orders = GuardOrders()
        while true {
            var pollers = [
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server.life, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&pollers, 2, server.pauseMilliseconds) >= 0 else { continue }
            if let message = server.look(lifeHasEnded: pollers[1].revents != 0) { tell(message) }
            guard pollers[0].revents != 0 else { continue }
            let isOpen = orders.readMore()
            while let line = orders.next() {
                guard let order = GuardOrder(line: line) else { return }
                if let answer = server.carryOut(order) { tell(answer) }
            }
            guard isOpen else { return }
        }
    }

    private static func tell(_ message: GuardMessage) {
        let bytes = Array(message.line.utf8)
        // A coordinator that cannot hear has gone, and the end of our input will say so.
        _ = write(1, bytes, bytes.count)
    }

    /// What the coordinator forgot to mark close-on-exec, such as a worker's input, must not live on here.
    private static func closeForeignDescriptors() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 { close(descriptor) }
    }
}

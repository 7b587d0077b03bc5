internal import NIOCore

/// Runs the server's tasks on its own thread, so that whoever has Swift's common threads cannot hold up the page, and the page
/// none of them.
final class LiveExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(on loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

internal import Glibc

/// A thread that returns its result to whoever joins it.
package struct JoinableThread<Result: Sendable>: ~Copyable {
    /// Carries the work in and the result out.
    ///
    /// `@unchecked Sendable`: the new thread writes `result` before it ends, and it is read only after `pthread_join`.
    private final class Box: @unchecked Sendable {
        let body: @Sendable () -> Result
        var result: Result?

        init(_ body: @escaping @Sendable () -> Result) { self.body = body }
    }

    private let thread: pthread_t
    private let box: Box

    /// Starts a thread.
    ///
    /// - Parameter stackBytes: of its own, whatever `ulimit -s` says.
    /// - Throws: ``ThreadError`` if the system has no room for one more.
    package init(stackBytes: Int = JoinableThreadStack.bytes, _ body: @escaping @Sendable () -> Result)
        throws(ThreadError)
    {
        let box = Box(body)
        // Its own initializer belongs to Glibc's module or to Dispatch's, whichever was built first.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, stackBytes)
        defer { pthread_attr_destroy(attributes) }
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(Work { box.result = box.body() })
        let code = pthread_create(
            &thread, attributes,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            throw ThreadError(code: code)
        }
        self.thread = thread
        self.box = box
    }

    /// Waits for the thread's end.
    package consuming func join() -> Result {
        pthread_join(thread, nil)
        return box.result!
    }
}

/// The stack of a ``JoinableThread``, which as a generic type cannot be asked for it.
package enum JoinableThreadStack {
    /// Of a buyer's thread: hundreds of them fit into a small machine.
    package static var bytes: Int { 256 * 1024 }
    /// Of a thread that runs a whole command: as the main thread's usually is.
    package static var ofCommand: Int { 8 << 20 }
}

/// What a C function pointer can carry: a closure without generic context.
private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// The system refused to start a thread.
package struct ThreadError: Error, CustomStringConvertible {
    var code: Int32
    package var description: String { "a thread cannot be started: \(String(cString: strerror(code)))" }
}

internal import CLinux
internal import FlashSale
internal import Glibc
internal import Host
internal import Synchronization

/// The programs of one worker: it starts them for whoever asks, knows what they did wrong, and sees that none stays.
package final class ProgramHost: Sendable {
    /// What a program may take to end once its standard input has ended.
    private static var graceMilliseconds: Int { 1000 }
    /// What the keeper may take to end everything else.
    private static var keeperMilliseconds: Int { 6000 }

    /// What buyers ask.
    package enum Buyers: Sendable {
        /// A program of each client's own, or of each thread's.
        case driver(DriverWords, perClient: Bool, isConcurrent: Bool)
        /// One program for all threads.
        case common(DriverWords, isConcurrent: Bool)
        /// A program that is started for each step.
        case commands
    }

    package struct Settings: Sendable {
        package var buyers: Buyers
        /// Where programs work, an absolute path.
        package var folder: String
        /// What they find in their environment.
        package var variables: [String: String]
        package var worker: Int
        package var threads: Int
        /// Of each thread.
        package var clients: Int
        package var timeoutMilliseconds: Int
        /// Where the keeper writes what programs say on their standard error.
        package var errorsPath: String

        package init(
            buyers: Buyers, folder: String, variables: [String: String], worker: Int, threads: Int, clients: Int,
            timeoutMilliseconds: Int, errorsPath: String
        ) {
            self.buyers = buyers
            self.folder = folder
            self.variables = variables
            self.worker = worker
            self.threads = threads
            self.clients = clients
            self.timeoutMilliseconds = timeoutMilliseconds
            self.errorsPath = errorsPath
        }
    }

    let settings: Settings
    let launch: ProgramLaunch
    var worker: Int { settings.worker }
    let timeoutNanoseconds: UInt64
    private let keeper: Keeper
    private let state = Mutex(State())
    private let pump = Mutex<DriverPump?>(nil)

    private struct State {
        var faults = ProgramFaults()
        /// Told to end by the end of their input.
        var retired: [ChildHandle] = []
        /// Killed, and not waited for yet.
        var killed: [ChildHandle] = []
        var isClosed = false
    }

    /// Starts the keeper, and the program that all threads ask, if there is one.
    ///
    /// - Parameter executable: our own binary.
    /// - Throws: ``ProgramFailure`` where one of the two cannot be started.
    package init(_ settings: Settings, executable: String = OwnBinary.path) throws(ProgramFailure) {
        self.settings = settings
        timeoutNanoseconds = UInt64(settings.timeoutMilliseconds) * 1_000_000
        let mark = "\(getpid())-\(Clock.nanoseconds())"
        let errors = try PipeEnds()
        do throws(ProgramFailure) {
            keeper = try Keeper(executable, mark: mark, errorsPath: settings.errorsPath, errors: errors.reading)
        } catch {
            errors.close()
            throw error
        }
        launch = ProgramLaunch(
            folder: settings.folder, mark: mark, variables: settings.variables, errors: errors.writing)
        guard case .common(let words, let isConcurrent) = settings.buyers else { return }
        do throws(ProgramFailure) {
            let common = try DriverPump(self, words, isConcurrent: isConcurrent)
            pump.withLock { $0 = common }
        } catch {
            close()
            throw error
        }
    }

    /// What a thread asks by. The programs of its own are started and at work when this returns.
    ///
    /// - Parameter thread: from 0.
    /// - Throws: ``ProgramFailure`` where a program cannot be started.
    package func asking(thread: Int) throws(ProgramFailure) -> any ProgramAsking {
        switch settings.buyers {
        case .driver(let words, let perClient, let isConcurrent):
            return try DriverLoop(
                self, words, clients: settings.clients, programs: perClient ? settings.clients : 1,
                isConcurrent: isConcurrent)
        case .common:
            guard let mailbox = pump.withLock({ $0?.mailboxes[thread] }) else {
                throw ProgramFailure(.notAsked, "the programs, which have ended")
            }
            return mailbox
        case .commands: return try CommandLoop(self, clients: settings.clients)
        }
    }

    // MARK: What went wrong

    func note(_ fault: String) { state.withLock { $0.faults.add(fault) } }

    package var faults: ProgramFaults? {
        let faults = state.withLock { $0.faults }
        return faults.count == 0 ? nil : faults
    }

    /// The last line that programs wrote to their standard error, once the host is closed; nil where they wrote none.
    package var lastWords: String? { ProgramErrors.lastLine(of: settings.errorsPath) }

    // MARK: Ends

    /// Tells a program to end, by the end of its input. ``close()`` waits for it.
    func retire(_ driver: Driver) {
        state.withLock { $0.retired.append(driver.child) }
    }

    /// Ends a program at once, with what it has started.
    func end(_ child: ChildHandle) {
        child.kill()
        state.withLock { state in
            state.killed.append(child)
            state.killed.removeAll { child in
                guard child.ending != nil else { return false }
                child.reap()
                return true
            }
        }
    }

    /// Ends all programs: those whose input has ended get a moment, everything else is killed. To be called once no thread asks any
    /// more; calling it again does nothing.
    package func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        guard !wasClosed else { return }
        pump.withLock { $0.take() }?.close()
        let (retired, killed) = state.withLock { ($0.retired, $0.killed) }
        let deadline = Clock.nanoseconds() + UInt64(Self.graceMilliseconds) * 1_000_000
        for child in retired {
            let now = Clock.nanoseconds()
            _ = child.ending(withinMilliseconds: deadline > now ? Int((deadline - now) / 1_000_000) : 0)
            // What it has started and left behind, too.
            child.kill()
        }
        for child in retired + killed { child.reap() }
        keeper.close(withinMilliseconds: Self.keeperMilliseconds)
    }

    deinit { close() }
}

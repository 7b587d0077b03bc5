internal import CLinux
internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Synchronization

/// The thread of a proxy: waits for all sockets at once, and moves what can be moved.
///
/// `@unchecked Sendable`: made by one thread and then used by another alone; what both touch is in ``ProxyBoard``.
final class ProxyLoop: @unchecked Sendable {
    private static let listenerToken: UInt64 = 3
    private static let wakeToken: UInt64 = 7
    /// How long nothing happens at most, so that rows are in the file in time.
    private static let longestWait: UInt64 = 250_000_000

    let board: ProxyBoard
    let address: UpstreamAddress
    /// What signs a new connection to the server in, and how many commands that is.
    let greeting: [UInt8]
    let greetingReplies: Int
    let answersAuthentication: Bool
    let holds: Bool

    private let table: CommandTable
    private let events: EventLoop
    private let listener: Int32
    private let record: CommandRecord?
    private var connections: [ProxiedConnection?] = []
    private var freeSlots: [Int] = []
    private var lastNumber = 0
    private var lastCommand = 0
    private var schedule = FaultSchedule(nil)
    private var epoch = 0
    private var goingOn: [ProxiedConnection] = []
    private var waits: [(until: UInt64, connection: ProxiedConnection)] = []
    private var heldConnections: [Int: ProxiedConnection] = [:]
    /// This process had no file descriptor left for a client.
    private var isFull = false

    init(_ setup: ProxySetup, board: ProxyBoard, record: CommandRecord?) throws(RunError) {
        self.board = board
        self.record = record
        address = setup.address
        table = setup.table
        greeting = setup.greeting
        greetingReplies = setup.greetingReplies
        answersAuthentication = setup.answersAuthentication
        holds = setup.holds
        listener = setup.listener
        events = EventLoop()
        do throws(ConnectionError) {
            try events.watch(listener, token: Self.listenerToken)
            try events.watch(board.wakeDescriptor, token: Self.wakeToken)
        } catch {
            throw RunError(.unavailable, "the proxy cannot wait for clients: \(error)")
        }
    }

    // MARK: The loop

    /// Serves until somebody wants it to stop; then everything is closed.
    func run() {
        takeWishes()
        var isStopping = false
        while !isStopping {
            for index in 0..<events.wait(nanoseconds: nextWait) {
                let event = events.event(index)
                switch event.token {
                case Self.listenerToken: accept()
                case Self.wakeToken: isStopping = takeWishes()
                default: dispatch(event)
                }
            }
            let again = goingOn
            goingOn.removeAll(keepingCapacity: true)
            for connection in again {
                connection.isQueuedAgain = false
                connection.pump()
            }
            keepTime()
        }
        for connection in connections { connection?.close(saying: "the proxy") }
        close(listener)
        record?.close()
        tellProblem()
    }

    private var nextWait: UInt64 {
        guard goingOn.isEmpty else { return 0 }
        guard !waits.isEmpty || schedule.nextKill != nil else { return Self.longestWait }
        let now = Clock.nanoseconds()
        let next = min(waits.map(\.until).min() ?? .max, schedule.nextKill ?? .max)
        return next <= now ? 0 : min(next - now, Self.longestWait)
    }

    private func dispatch(_ event: EventLoop.Event) {
        let slot = Int(event.token >> 32) - 1
        guard slot >= 0, slot < connections.count, let connection = connections[slot],
            let side = ProxiedConnection.Side(rawValue: event.token & 3), connection.token(side) == event.token
        else { return }
        connection.happened(side, hasEnded: event.hasEnded)
    }

    private func keepTime() {
        let now = Clock.nanoseconds()
        if !waits.isEmpty {
            let due = waits.filter { $0.until <= now }
            waits.removeAll { $0.until <= now }
            for (_, connection) in due { connection.pump() }
        }
        refreshFaults()
        if let share = schedule.dueKill(now: now) { kill(share: share) }
        if isFull { accept() }
        record?.flushIfDue(now: now)
        tellProblem()
    }

    private func tellProblem() {
        guard let problem = record?.problem else { return }
        board.recordProblem.withLock { if $0 == nil { $0 = problem } }
    }

    /// Whether to stop.
    @discardableResult
    private func takeWishes() -> Bool {
        var byte: UInt8 = 0
        while read(board.wakeDescriptor, &byte, 1) > 0 {}
        let (releases, isStopping) = board.wishes.withLock { wishes in
            defer { wishes.releases = [] }
            return (wishes.releases, wishes.isStopping)
        }
        for release in releases {
            guard let connection = heldConnections[release.number] else { continue }
            forgetHeld(release.number)
            connection.release(release.strike)
        }
        return isStopping
    }

    // MARK: Clients

    private func accept() {
        isFull = false
        while true {
            let client = stress_accept(listener)
            guard client >= 0 else {
                switch errno {
                case EINTR, ECONNABORTED: continue
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: isFull = true
                default: break
                }
                return
            }
            welcome(client)
        }
    }

    private func welcome(_ client: Int32) {
        ProxySocket.withoutDelay(client)
        lastNumber += 1
        board.connections.add(1, ordering: .relaxed)
        record?.note("connected", ProxySocket.peer(of: client), connection: lastNumber)
        let server: Int32
        switch address.connect() {
        case .socket(let descriptor): server = descriptor
        case .failed(let reason):
            record?.note("refused", "the server could not be reached: \(reason)", connection: lastNumber)
            board.refused.add(1, ordering: .relaxed)
            close(client)
            return
        }
        let slot = freeSlots.popLast() ?? connections.count
        if slot == connections.count { connections.append(nil) }
        let connection = ProxiedConnection(self, number: lastNumber, slot: slot, client: client, server: server)
        connections[slot] = connection
        board.open.add(1, ordering: .relaxed)
        if !watch(client, connection, .client) || !watch(server, connection, .server) {
            connection.close(saying: "the proxy, which has no room")
        }
    }

    func watch(_ descriptor: Int32, _ connection: ProxiedConnection, _ side: ProxiedConnection.Side) -> Bool {
        (try? events.watch(descriptor, token: connection.token(side))) != nil
    }

    func forget(_ connection: ProxiedConnection) {
        connections[connection.slot] = nil
        freeSlots.append(connection.slot)
        waits.removeAll { $0.connection === connection }
        board.open.subtract(1, ordering: .relaxed)
    }

    /// The connection has more to do, after others.
    func again(_ connection: ProxiedConnection) {
        guard !connection.isQueuedAgain else { return }
        connection.isQueuedAgain = true
        goingOn.append(connection)
    }

    func delayed(_ connection: ProxiedConnection, until: UInt64) { waits.append((until, connection)) }

    // MARK: Commands

    /// What is known of a command. One that the server does not know is not written down: it may be a slip in one with a password.
    func traits(_ name: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer?) -> CommandTraits {
        table.traits(name, second) ?? CommandTraits(isSecret: table.isTold)
    }

    func nextNumber(mayWrite: Bool) -> Int {
        lastCommand += 1
        board.commands.add(1, ordering: .relaxed)
        if mayWrite { board.writes.add(1, ordering: .relaxed) }
        return lastCommand
    }

    var keepsTransactions: Bool { schedule.repeats }

    func strike(_ command: FaultSchedule.Command, now: UInt64) -> FaultSchedule.Strike? {
        refreshFaults()
        return schedule.strike(command, now: now)
    }

    func missed(_ strike: FaultSchedule.Strike) { schedule.missed(strike) }

    private func refreshFaults() {
        let current = board.epoch.load(ordering: .acquiring)
        guard current != epoch else { return }
        epoch = current
        schedule = FaultSchedule(board.wishes.withLock { $0.faults }, epoch: current)
    }

    /// Kills what a strike on a command means.
    func kill(_ strike: FaultSchedule.Strike) { kill(share: schedule.share(of: strike)) }

    private func kill(share: Double) {
        let open = connections.compactMap { $0 }
        let chosen = Set(schedule.chosen(share, of: open.map(\.number)))
        for connection in open where chosen.contains(connection.number) { connection.reset(.killConnections) }
    }

    // MARK: Holding

    func hold(_ met: MetCommand, of connection: ProxiedConnection) {
        heldConnections[met.number] = connection
        let arguments = connection.framer.arguments.indices.map { Array(connection.argument($0)) }
        board.held.withLock {
            $0.append(
                HeldCommand(
                    number: met.number, connection: connection.number,
                    arguments: [arguments[0].map(CommandName.capital)] + arguments.dropFirst(), mayWrite: met.mayWrite))
        }
    }

    func forgetHeld(_ number: Int) {
        heldConnections[number] = nil
        board.held.withLock { $0.removeAll { $0.number == number } }
    }

    // MARK: Recording

    var records: Bool { record != nil }

    func record(
        _ command: PendingCommand, answered: UInt64, of connection: ProxiedConnection, _ replies: ReplyFramer,
        fault: ProxyFaults.Kind?
    ) {
        guard let record else { return }
        record.add(
            command.number, connection: connection.number, sent: command.sent, answered: answered,
            text: UnsafeRawBufferPointer(rebasing: connection.texts.bytes().prefix(command.textCount)), reply: replies,
            isSecret: command.isSecret,
            fault: fault)
    }

    func note(
        _ name: StaticString, _ detail: String, _ connection: ProxiedConnection, fault: ProxyFaults.Kind? = nil
    ) {
        record?.note(name, detail, connection: connection.number, fault: fault)
    }
}

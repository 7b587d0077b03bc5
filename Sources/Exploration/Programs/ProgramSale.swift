internal import EmbeddedRedis
package import FlashSale
internal import Host
internal import Proxy
internal import RedisDriver

/// A sale by programs of the user's own, which take a step where a command of theirs is let go to a private Redis.
///
/// One command is under way at a time, so that the order of steps is Redis's order. What programs do beside Redis, they do as they
/// like: the next step comes once everybody is at the proxy, has an answer, or sleeps.
package struct ProgramSale: SteppedSale, ~Copyable {
    /// At most so many purchases.
    package static var mostBuyers: Int { 8 }
    /// Purchases that need more commands are taken to have no end.
    static var mostCommands: Int { 1000 }

    let settings: ProgramSettings
    var server: ExploredServer
    let proxy: SteppedProxy
    let launches: ProgramLaunches
    let participants: any Participants
    /// The service that is asked; nil where there is none.
    let service: BuyerService?
    /// What a file says of opening and reading the sale; nil where flags do, and before the first sale.
    var books: FileBooks?
    let names: PurchaseNames
    package private(set) var buyers: Int
    package private(set) var units: Int

    // MARK: The execution under way

    var purchases: [PurchaseProgress] = []
    /// Steps that were taken.
    var stepCount = 0
    /// Whose command came last on a connection.
    var owners: [Int: Int] = [:]
    /// Whose commands are those that came behind others.
    var senders: [Int: Int] = [:]
    var lastReleased: Int?
    /// How many steps there were when a message came to somebody who listens.
    var stepWithMessage: Int?
    /// The last step on a connection.
    var lastStepOn: [Int: Int] = [:]
    /// Steps that let a command come, beside those of whose it is, by its serial number.
    var causes: [Int: [Int]] = [:]
    /// Whether the step under way calls a script, of which it is to be seen what it touches.
    var hasCalledScript = false
    /// Which step was the first to change a key that a connection watches.
    var dirtied: [Int: Int] = [:]
    /// Commands that wait, and of which it is not known yet whose they are.
    var arrivals: [SteppedConnection] = []
    var offered: [PlaceOfOffer: SteppedConnection] = [:]
    var drawn = DrawnNames()
    var phraseNames: [[[UInt8]]] = []
    /// What the step under way has set free.
    var stepNotes: [String] = []
    /// Whether nothing has come since all had slept for a while.
    var isCalm = false
    package var disturbance: String?

    // MARK: Over all executions

    /// Whether somebody has begun anew, or lost connections and scripts that are usually there.
    var isCold = false

    /// Slots at which a connection was lost on purpose since whoever connects there was started.
    var lostAt: Set<Int> = []
    /// Whether somebody was seen not to connect again, so that whoever has lost a connection is started again.
    var isHelpless = false

    /// What waits for times though nobody buys.
    var idleTimers = ThreadLook.Timers()
    /// What is sent on connections though nobody buys, such as a PING: by their numbers.
    var idleCommands: [Int: Set<String>] = [:]
    /// Whether those who serve purchases were looked at since they were started.
    var hasRested = false
    /// Where programs are connected to beside Redis.
    var otherPeers: Set<String> = []
    var footprints = CommandFootprints()
    /// Scripts of which the search knows that they touch keys that they do not name.
    private var knownWidened = 0
    /// Whether a purchase was ever seen to send two commands at once.
    var isConcurrent = false
    /// Why what was found may not be all, in words for the user: somebody was slow, did not answer, or ended by itself. Where there
    /// is any, "every order" is not to be said.
    package var notes: [String] = []
    /// To whom beside Redis those are connected who make the purchases of a file, the first one that was seen; nil where nobody was.
    package var otherPeer: String? { settings.file == nil ? nil : otherPeers.sorted().first }
    /// What the user should know beside that.
    package var remarks: [Finding] = []

    /// Whose command it is, and which of those that it has sent at once.
    struct PlaceOfOffer: Hashable {
        var buyer: Int
        var ordinal: Int
    }

    /// Starts a private Redis, and the service if there is one; fills Redis, and lets everybody buy once so that whatever is done only
    /// the first time is done.
    ///
    /// - Parameters:
    ///   - buyers: purchases, from 1 to 8.
    ///   - units: of stock, at least 1.
    /// - Throws: 64 where the settings cannot work, 69 where something cannot be started. Nothing is left behind then.
    package static func start(
        _ settings: ProgramSettings, buyers: Int, units: Int
    ) throws(RunError) -> ProgramSale {
        try settings.check()
        var server = try ExploredServer(executable: settings.executable, environment: settings.environment)
        let folder = server.server.folder
        let proxy = try SteppedProxy(to: server.server.endpoint)
        let open = try proxy.openSlot(holds: false)
        var slots: [Int] = []
        let count = if case .service(let service) = settings.buyers { service.instances } else { mostBuyers }
        for _ in 0..<count { slots.append(try proxy.openSlot()) }
        let launches = try ProgramLaunches(
            settings, ports: ([open] + slots).map { proxy.port(of: $0) }, errorsPath: "\(folder)/programs.err")
        let names = PurchaseNames(
            isOneBuyer: settings.file.map { $0.purchasesPerBuyer > 1 } ?? settings.isOneBuyer, file: settings.file)
        try fill(settings, launches, proxy, slot: open)
        var service: BuyerService?
        let asked: any AskedParticipants
        if case .service(let own) = settings.buyers {
            let started = try BuyerService(
                settings, own, slots: slots, names: names,
                starting: ServiceStarting(settings: settings, service: own, proxy: proxy, folder: folder))
            service = started
            asked = started
        } else {
            asked = try BuyerPrograms(settings, launches, slots: slots, names: names)
        }
        let participants: any Participants = settings.file.map { FileBuyers($0, settings, asking: asked) } ?? asked
        try server.takeSnapshot()
        var sale = ProgramSale(
            settings, server, proxy, launches, participants, service, names, buyers: buyers, units: units)
        try sale.change(buyers: buyers, units: units)
        return sale
    }

    private init(
        _ settings: ProgramSettings, _ server: consuming ExploredServer, _ proxy: SteppedProxy,
        _ launches: ProgramLaunches, _ participants: any Participants, _ service: BuyerService?, _ names: PurchaseNames,
        buyers: Int, units: Int
    ) {
        self.settings = settings
        self.server = server
        self.proxy = proxy
        self.launches = launches
        self.names = names
        self.participants = participants
        self.service = service
        self.buyers = buyers
        self.units = units
    }

    deinit {
        participants.stop()
        launches.stop()
        server.server.stop()
    }

    /// Has the `--setup` program fill Redis.
    private static func fill(
        _ settings: ProgramSettings, _ launches: ProgramLaunches, _ proxy: SteppedProxy, slot: Int
    ) throws(RunError) {
        guard let words = settings.setup, let name = words.first else { return }
        let code = try launches.run(words, slot: slot, proxy, withinMilliseconds: 60_000)
        guard code == 0 else {
            throw RunError(
                .usage,
                "--setup: \(name) \(code.map { "ended with exit code \($0)" } ?? "did not end within a minute")\(launches.lastWords)"
            )
        }
    }

    /// Goes on with as many purchases of as much stock, after one execution that does not count.
    package mutating func change(buyers: Int, units: Int) throws(RunError) {
        guard 1...Self.mostBuyers ~= buyers, units > 0 else {
            throw RunError(.usage, "from 1 to \(Self.mostBuyers) purchases of at least 1 unit can be explored")
        }
        self.buyers = buyers
        self.units = units
        try participants.prepare(purchases: buyers)
        if case .whole = settings.buyers {
            phraseNames = []
        } else {
            phraseNames = names.phrases(purchases: buyers)
        }
        books = nil
        try openSale()
        try warmUp()
    }

    /// What a file says of the sale; nil where flags say it.
    var file: SaleFile? { settings.file }

    /// Opens the sale anew, as what each execution begins with. Nothing is held meanwhile.
    mutating func openSale() throws(RunError) {
        try proxy.letGo()
        try server.resetToBase()
        if let file {
            try openSale(of: file)
        } else {
            try server.open(by: settings.open.map { Self.words($0, units: units) })
        }
        try server.rememberOpening()
    }

    private mutating func openSale(of file: SaleFile) throws(RunError) {
        guard let fileBuyers = participants as? FileBuyers else { return }
        let books: FileBooks
        if let known = self.books {
            books = known
        } else {
            books = try FileBooks(
                file, at: server.server.endpoint, service: service?.url(of: 0), units: units, settings)
            fileBuyers.open(purchases: buyers, units: units)
            self.books = books
        }
        guard file.asksThroughProxy else { return try books.open() }
        let service = service
        let signIn = fileBuyers.signingIn { service?.url(of: $0) ?? "" }
        try ServedThread.run(proxy) { () throws(RunError) in
            try books.open()
            try signIn?()
        }
        // What is written after the last answer belongs to the opening, too.
        try calm()
    }

    /// A command of Redis as the user has written it.
    static func words(_ text: String, units: Int) -> [String] {
        // What cannot be split was refused.
        (try? ShellWords.split(Placeholders.fill(text, ["units": String(units)]))) ?? []
    }

    /// Those of one program are told apart by nothing that we know. Of requests, some share an instance and some do not.
    package var areAlike: Bool {
        switch settings.buyers {
        case .processes: file?.buyersAreAlike ?? true
        case .loops:
            (file?.buyersAreAlike ?? true) && (file?.sharedPrograms.map { $0 == 1 || $0 >= buyers } ?? true)
        case .whole: false
        case .service(let service):
            (file?.buyersAreAlike ?? true) && (service.instances == 1 || service.instances >= buyers)
        }
    }

    /// One execution that does not count: scripts are loaded, pools filled, code compiled.
    mutating func warmUp() throws(RunError) {
        let before = notes
        isCold = false
        try begin()
        var steps = 0
        while steps < Self.mostCommands, let offer = try offers().first(where: { $0.choice.isRun }) {
            if steps < 20 { lookForOtherPeers() }
            _ = try take(offer)
            steps += 1
        }
        lookForOtherPeers()
        remarkOtherPeers()
        guard steps == 0 else {
            // Whoever starts may be slow at first.
            notes = before
            return
        }
        if !lostAt.isEmpty, !participants.endsWithPurchases {
            isHelpless = true
            return try warmUp()
        }
        let answer =
            purchases.lazy.compactMap(\.answer).first.map { "; the first purchase ended with \($0.words)" } ?? ""
        throw RunError(
            .usage,
            "no command of a purchase reached the proxy: "
                + (service?.isStartedByFile == true
                    ? "the service has to use the Redis that {redis} under env: names"
                    : "the program has to use the Redis that it is told of (\(given))")
                + "\(answer)\(participants.lastWords)")
    }

    /// What the first purchase found in its environment, for people. What the user has named may be secret.
    private var given: String {
        let port = proxy.port(of: participants.slot(of: 0))
        let all = ProgramLaunches.variables(settings, port: port).filter { settings.variables[$0.key] == nil }
        let own = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        let named = settings.variables.keys.sorted().joined(separator: ", ")
        return own + (named.isEmpty ? "" : ", and by --env \(named)")
    }

    package var mayBeLate: Bool { true }
    package var isSomebodyAway: Bool { purchases.contains { $0.phase == .elsewhere } }

    package mutating func hasLearned() throws(RunError) -> Bool {
        defer { knownWidened = footprints.widened.count }
        return footprints.widened.count > knownWidened
    }
}

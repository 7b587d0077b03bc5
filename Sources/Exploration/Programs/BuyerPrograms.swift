internal import CLinux
internal import FlashSale
internal import Glibc
internal import ProgramTransport

/// Programs that buy: one for each purchase, one that is asked for each, or one that makes all.
final class BuyerPrograms: Participants {
    private let settings: ProgramSettings
    private let launches: ProgramLaunches
    private let path: String
    private var programs: [StartedProgram?] = []
    /// Purchases that have begun and have no answer yet.
    private var open: Set<Int> = []
    private var purchases = 0
    /// Programs that were killed on purpose.
    private var killed: Set<Int> = []
    /// For each program the slot of the proxy that it is told of.
    private let slots: [Int]
    private let names: PurchaseNames

    /// - Parameter slots: at least as many as there will ever be programs at once.
    init(
        _ settings: ProgramSettings, _ launches: ProgramLaunches, slots: [Int], names: PurchaseNames
    ) throws(RunError) {
        self.settings = settings
        self.launches = launches
        self.slots = slots
        self.names = names
        path = try launches.place(of: settings.buyers.words[0])
    }

    private var isWhole: Bool { if case .whole = settings.buyers { true } else { false } }
    private var isLoop: Bool { if case .loops = settings.buyers { true } else { false } }

    func slot(of purchase: Int) -> Int { slots[isWhole ? 0 : purchase] }
    var beginOneByOne: Bool { false }
    var shareMemory: Bool { isWhole }
    var endsWithPurchases: Bool { !isLoop }
    var nextTimer: UInt64? { nil }
    var descriptors: [Int32] { programs.flatMap { $0?.descriptors ?? [] } }
    var lastWords: String { launches.lastWords }

    func prepare(purchases: Int) throws(RunError) {
        self.purchases = purchases
        let count = isWhole ? 1 : purchases
        while programs.count > count { programs.removeLast()?.stop() }
        while programs.count < count { programs.append(nil) }
        open = []
        guard isLoop else { return }
        for index in programs.indices where programs[index] == nil { try start(index) }
    }

    private func start(_ index: Int) throws(RunError) {
        programs[index]?.stop()
        let words = settings.buyers.words.map {
            Placeholders.fill(names.filled($0, purchase: index), ["buyers": String(purchases)])
        }
        programs[index] = try launches.start(path, words, slot: slots[index], asks: isLoop)
    }

    func revive() throws(RunError) -> String? {
        guard isLoop else { return nil }
        var words: String?
        for index in programs.indices {
            programs[index]?.look()
            if let code = programs[index]?.exitCode, !killed.contains(index) {
                words =
                    "a program that reads purchases ended with exit code \(code), and was started again\(launches.lastWords)"
            } else if !killed.contains(index) {
                continue
            }
            try start(index)
        }
        killed = []
        return words
    }

    func begin(_ purchase: Int) throws(RunError) {
        open.insert(purchase)
        if isLoop {
            _ = programs[purchase]?.tell(names.filled(settings.line, purchase: purchase))
        } else if !isWhole || purchase == 0 {
            try start(isWhole ? 0 : purchase)
        }
    }

    func answers() throws(RunError) -> [(purchase: Int, answer: ProgramAnswer)] {
        var found: [(Int, ProgramAnswer)] = []
        for index in programs.indices {
            guard let program = programs[index] else { continue }
            program.look()
            if isLoop, open.contains(index), let line = program.nextLine() {
                found.append((index, ProgramAnswer(.line, text: line)))
            } else if let code = program.exitCode {
                let mine = isWhole ? Array(0..<purchases) : [index]
                for purchase in mine where open.contains(purchase) {
                    found.append((purchase, ProgramAnswer(.exit(code), text: program.text)))
                }
            }
        }
        for (purchase, _) in found { open.remove(purchase) }
        return found.map { (purchase: $0.0, answer: $0.1) }
    }

    func processes(of purchase: Int?) -> [Int32] {
        let wanted = purchase.map { [isWhole ? 0 : $0] } ?? Array(programs.indices)
        return wanted.flatMap { index -> [Int32] in
            guard index < programs.count, let program = programs[index], program.exitCode == nil else { return [] }
            return ThreadLook.family(of: program.child.process)
        }
    }

    func endPurchases() -> Bool {
        if isLoop { return open.isEmpty }
        for program in programs { program?.stop() }
        open = []
        return true
    }

    func startAgain(_ purchases: [Int]) throws(RunError) {
        guard isLoop else { return }
        for purchase in purchases {
            open.remove(purchase)
            try start(purchase)
        }
    }

    func kill(_ purchase: Int) {
        let index = isWhole ? 0 : purchase
        programs[index]?.stop()
        killed.insert(index)
        open.subtract(isWhole ? Array(0..<purchases) : [purchase])
    }

    func stop() {
        for program in programs { program?.stop() }
        programs = []
    }
}

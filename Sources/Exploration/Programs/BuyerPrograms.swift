internal import CLinux
internal import FlashSale
internal import Glibc
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

/// Programs that buy: one for each purchase, one that is asked for each, or one that makes all.
final class BuyerPrograms: AskedParticipants {
    private let settings: ProgramSettings
    private let launches: ProgramLaunches
    private let path: String
    private var programs: [StartedProgram?] = []
    /// Purchases that have begun, or have asked, and have no answer yet.
    private var open: Set<Int> = []
    private var purchases = 0
    /// Programs that were killed on purpose.
    private var killed: Set<Int> = []
    /// Programs that were ended for what they did, with that in words for the user.
    private var misbehaved: [Int: String] = [:]
    /// The ids of the questions that purchases have asked last, where answers tell them.
    private var questions: [Int: Int] = [:]
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
    /// How many programs all purchases share; nil where each has its own.
    private var shared: Int? { isWhole ? 1 : settings.file?.sharedPrograms }
    /// The program that makes a purchase.
    private func place(of purchase: Int) -> Int { shared.map { purchase % $0 } ?? purchase }

    func slot(of purchase: Int) -> Int { slots[place(of: purchase)] }
    // Whose a command is that comes from a program of several, is known only if they begin one after the other.
    var beginOneByOne: Bool { shared != nil && !isWhole }
    var shareMemory: Bool { shared != nil }
    var endsWithPurchases: Bool { !isLoop }
    var nextTimer: UInt64? { nil }
    var descriptors: [Int32] { programs.flatMap { $0?.descriptors ?? [] } }
    var lastWords: String { launches.lastWords }

    func prepare(purchases: Int) throws(RunError) {
        self.purchases = purchases
        let count = min(purchases, shared ?? purchases)
        while programs.count > count { programs.removeLast()?.stop() }
        while programs.count < count { programs.append(nil) }
        open = []
        guard isLoop else { return }
        for index in programs.indices where programs[index] == nil { try start(index) }
    }

    private func start(_ index: Int) throws(RunError) {
        programs[index]?.stop()
        let words =
            settings.file == nil
            ? settings.buyers.words.map {
                Placeholders.fill(names.filled($0, purchase: index), ["buyers": String(purchases)])
            } : settings.buyers.words
        programs[index] = try launches.start(path, words, slot: slots[index], asks: isLoop)
    }

    func ended() -> String? { programs.indices.lazy.compactMap { self.ended($0) }.first }

    private func ended(_ index: Int) -> String? {
        guard isLoop else { return nil }
        programs[index]?.look()
        if let what = misbehaved[index] { return what + launches.lastWords }
        guard let code = programs[index]?.exitCode, !killed.contains(index) else { return nil }
        return "a program that reads purchases ended with exit code \(code)\(launches.lastWords)"
    }

    func revive() throws(RunError) {
        for index in programs.indices where killed.contains(index) || ended(index) != nil { try start(index) }
        killed = []
        misbehaved = [:]
    }

    // MARK: Asking

    func begin(_ purchase: Int) throws(RunError) {
        open.insert(purchase)
        if isLoop {
            let line = names.filled(settings.line, purchase: purchase) + "\n"
            _ = programs[place(of: purchase)]?.tell(Array(line.utf8))
        } else if !isWhole || purchase == 0 {
            try start(place(of: purchase))
        }
    }

    func ask(_ purchase: Int, _ question: [UInt8]) throws(RunError) {
        open.insert(purchase)
        if isLoop {
            questions[purchase] = question.dropLast().withUnsafeBufferPointer { JSONScanner.id(ofObject: $0) }
            _ = programs[place(of: purchase)]?.tell(question)
        } else {
            // A NUL stands behind each word.
            let words = question.split(separator: 0, omittingEmptySubsequences: false).dropLast()
                .map { String(decoding: $0, as: UTF8.self) }
            programs[purchase]?.stop()
            programs[purchase] = try launches.start(try launches.place(of: words[0]), words, slot: slots[purchase])
        }
    }

    func answers(after steps: Int) throws(RunError) -> [(purchase: Int, answer: ProgramAnswer)] { endings() }

    func replies() throws(RunError) -> [(purchase: Int, reply: Result<Reply, ConnectionError>)] {
        endings().map { purchase, answer in (purchase, reply(of: answer)) }
    }

    private func reply(of answer: ProgramAnswer) -> Result<Reply, ConnectionError> {
        var reply = Reply()
        switch answer.ending {
        case .line: reply.append(.string, answer.text)
        case .exit(let code) where !isLoop:
            let last = answer.text.split(whereSeparator: \.isNewline).last { $0.contains { !$0.isWhitespace } } ?? ""
            Array(last.utf8).trimmed.withUnsafeBytes { reply.reset(toExit: code, lastLine: $0) }
        case .exit, .status, .none, .outcome: return .failure(.lost(answer.words))
        }
        return .success(reply)
    }

    private func endings() -> [(purchase: Int, answer: ProgramAnswer)] {
        var found: [(purchase: Int, answer: ProgramAnswer)] = []
        for index in programs.indices {
            guard let program = programs[index] else { continue }
            program.look()
            if isLoop { found += lines(of: program, at: index) }
            guard let code = program.exitCode else { continue }
            for purchase in mine(index) where open.contains(purchase) {
                found.append((purchase, ProgramAnswer(.exit(code), text: program.text)))
                open.remove(purchase)
            }
        }
        return found
    }

    /// The purchases of a program.
    private func mine(_ index: Int) -> [Int] { (0..<purchases).filter { place(of: $0) == index } }

    /// What a program has said to the purchases that wait for it.
    private func lines(of program: StartedProgram, at index: Int) -> [(purchase: Int, answer: ProgramAnswer)] {
        var found: [(purchase: Int, answer: ProgramAnswer)] = []
        while mine(index).contains(where: open.contains), let line = program.nextLine() {
            if settings.file != nil, line.allSatisfy(\.isWhitespace) { continue }
            guard let purchase = whose(line, at: index) else {
                let words = "a program wrote what answers no question that it was asked: \(ForeignText.shown(line))"
                misbehaved[index] = words
                program.stop()
                for purchase in mine(index) where open.remove(purchase) != nil {
                    found.append((purchase, ProgramAnswer(.none(words))))
                }
                return found
            }
            open.remove(purchase)
            found.append((purchase, ProgramAnswer(.line, text: line)))
        }
        return found
    }

    private func whose(_ line: String, at index: Int) -> Int? {
        guard settings.file != nil else { return index }
        let id = Array(line.utf8).trimmed.withUnsafeBufferPointer { JSONScanner.id(ofObject: $0) }
        return mine(index).first { open.contains($0) && id != nil && questions[$0] == id }
    }

    // MARK: Ends

    func processes(of purchase: Int?) -> [Int32] {
        let wanted = purchase.map { [place(of: $0)] } ?? Array(programs.indices)
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
        for index in Set(purchases.map(place)) {
            open.subtract(mine(index))
            try start(index)
        }
    }

    func kill(_ purchase: Int) {
        let index = place(of: purchase)
        programs[index]?.stop()
        killed.insert(index)
        open.subtract(mine(index))
    }

    func stop() {
        for program in programs { program?.stop() }
        programs = []
    }
}

extension [UInt8] {
    /// Without the blanks around it.
    fileprivate var trimmed: [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return Array(self[first...last])
    }
}

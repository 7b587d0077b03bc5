internal import FlashSale

/// Programs that print CSV.
extension Stores {
    /// Where the program of a `run:` is.
    ///
    /// - Throws: 64 where there is none.
    func program(of words: [String], _ question: StoreQuestion) throws(RunError) -> String {
        guard let name = words.first, !name.isEmpty else {
            throw RunError(.usage, "\(question.place): run: wanted a program and its arguments, found nothing")
        }
        guard let path = StoreProgram.find(name, environment) else {
            throw RunError(
                .usage,
                "\(question.place): run: there is no program \(name)"
                    + (name.contains("/")
                        ? " that may be started; is its x bit set?" : " in PATH; write ./\(name) for one here"))
        }
        return path
    }

    /// What a program printed that ended as it should.
    ///
    /// - Throws: 69 where it ended otherwise.
    func output(of words: [String], _ question: StoreQuestion, _ due: UInt64) throws(RunError) -> [UInt8] {
        let program = StoreProgram(
            starter: starter, hasChildren: true, path: try program(of: words, question),
            arguments: Array(words.dropFirst()), environment: environment)
        let ending = try run(program, question, due)
        if ending.exitCode == 0 { return ending.output }
        let how = ending.exitCode.map { "ended with exit code \($0)" } ?? "was ended by signal \(ending.signal ?? 0)"
        let last = Self.lastLine(ending.errors)
        throw RunError(
            .unavailable,
            "\(question.place): run: \(words[0]) \(how)\(last.isEmpty ? " and wrote nothing to stderr" : ": \(last)")")
    }

    func table(_ output: [UInt8], of words: [String], _ question: StoreQuestion) throws(RunError) -> StoreTable {
        do throws(CSVTable.Problem) {
            return try CSVTable.read(output, header: .ofSeveralColumns)
        } catch {
            throw RunError(.unavailable, "\(question.place): run: \(words[0]) printed no CSV: \(error.description)")
        }
    }

    /// Runs a program, and explains where it did not come to an end of its own.
    func run(
        _ program: StoreProgram, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> StoreProgram.Ending {
        do throws(StoreProgram.Failure) {
            return try program.run(until: due)
        } catch {
            let name = program.path.split(separator: "/").last.map(String.init) ?? program.path
            switch error {
            case .late: throw late(question, name)
            case .interrupted: throw interrupted(question)
            case .tooLarge:
                throw RunError(
                    .unavailable,
                    "\(question.place): \(question.words.kind): the answer has more than \(StoreTable.byteLimit) bytes; ask for less"
                )
            case .notStarted(let reason):
                throw RunError(
                    .unavailable,
                    "\(question.place): \(question.words.kind): \(program.path) cannot be started: \(reason)")
            }
        }
    }

    static func lastLine(_ text: [UInt8]) -> String {
        let lines = text.split { $0 == 10 || $0 == 13 }
        let last = lines.last { !$0.allSatisfy { $0 == 32 || $0 == 9 } }
        return last.map { ForeignText.shown($0) } ?? ""
    }
}

extension CSVTable.Problem {
    /// What was wanted and found.
    var description: String {
        switch self {
        case .ragged(let line, let cells, let wanted):
            "line \(line) has \(cells) cells where the first line has \(wanted)"
        case .quotes(let line):
            "line \(line) has a quoted cell that does not end, or ends before its comma; write a quote in a cell twice"
        case .header(let cell):
            "the first line names the columns where there are several, and \(cell.isEmpty ? "nothing" : ForeignText.shown(cell)) is no name; "
                + "print the names first"
        }
    }
}

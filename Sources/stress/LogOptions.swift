internal import ArgumentParser
internal import FlashSale
internal import Recordings

/// How the log of another system is read.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --history: the tool that wrote it: jmeter, k6, locust, vegeta, oha or otel.", valueName: "tool"),
        completion: Completion.logTools)
    var from: String?

    @Option(
        help: ArgumentHelp(
            "With --history: which column is what, such as 'attempt=RequestId, invoked=start_ms, returned=start_ms+elapsed, outcome=status'.",
            valueName: "name=column,…"))
    var map: String?

    @Option(
        help: ArgumentHelp(
            "With --history: what its outcomes mean, such as '200=won, 409=sold-out, 500..599=unknown'.",
            valueName: "value=outcome,…"))
    var outcomes: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "With --history: which rows are attempts to buy, such as 'label=Buy'; a value may end with *.",
            valueName: "column=value,…"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "With --history: how many requests were sent, so that it shows where rows are missing.", valueName: "n"))
    var requests: Int?

    @Option(
        help: ArgumentHelp(
            "With --history: a file that --save-map wrote, in place of --from, --map, --outcomes and --where.",
            valueName: "file.json"),
        completion: .file(extensions: ["json"]))
    var mapFile: String?

    @Option(
        help: ArgumentHelp(
            "With --history: keep --from, --map, --outcomes and --where in a file for --map-file.",
            valueName: "file.json"),
        completion: .file(extensions: ["json"]))
    var saveMap: String?

    /// Those that were given, as they are typed.
    var given: [String] {
        [
            ("--from", from != nil), ("--map", map != nil), ("--outcomes", outcomes != nil), ("--where", filter != nil),
            ("--requests", requests != nil), ("--map-file", mapFile != nil), ("--save-map", saveMap != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        if mapFile != nil,
            let other = given.first(where: { ["--from", "--map", "--outcomes", "--where"].contains($0) })
        {
            throw ValidationError("\(other) goes without --map-file, which says it too; found both")
        }
        if saveMap != nil, from == nil, map == nil, outcomes == nil, filter == nil {
            throw ValidationError(
                "--save-map keeps what --from, --map, --outcomes and --where say; none of them was given")
        }
        if let requests, requests < 0 {
            throw ValidationError("--requests \(requests): the number of requests that were sent is wanted")
        }
    }

    /// What the flags say in the words of the file; nil where they say nothing of columns.
    private func words() throws(RunError) -> LogMapFile? {
        if let mapFile { return try LogMapFile.read(mapFile) }
        guard from != nil || map != nil || outcomes != nil || filter != nil else { return nil }
        return LogMapFile(from: from, map: map, outcomes: outcomes, filter: filter)
    }

    /// - Throws: ``RunError``: 65 where a row of the file does not say what it should, 64 where flags or file cannot be meant.
    func read(_ path: String, itemColumn: String?) throws(RunError) -> HistoryFile.Contents {
        guard let words = try words() else {
            return try LogFile.readLenient(path, itemColumn: itemColumn, requests: requests)
        }
        let mapping: LogMapping
        do throws(RunError) {
            mapping = try LogMapping(
                from: words.from, map: words.map, outcomes: words.outcomes, filter: words.filter)
        } catch {
            throw mapFile.map { RunError(error.status, "\($0): \(error.message)") } ?? error
        }
        let contents = try LogFile.read(path, mapping, itemColumn: itemColumn, requests: requests)
        // Only what fits a file is worth keeping.
        if let saveMap { try words.write(to: saveMap) }
        return contents
    }
}

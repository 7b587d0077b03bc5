internal import FlashSale
internal import Strategies

/// How to make the run again: a command, and the files that it needs.
struct RepeatView {
    struct File {
        let name: String
        let text: String
        let isCut: Bool
    }

    /// Bytes of a file that are kept in the page; `run.json` has all.
    private static let fileLimit = 64_000

    let anchor: String
    let command: String
    let isBuiltin: Bool
    /// The strategy file, and what stands beside it.
    let files: [File]

    init(_ record: RunRecord, prefix: String) {
        let source = record.scenario.strategy
        anchor = prefix + "command"
        isBuiltin = BuiltinStrategies.yaml(named: source.name) == source.yaml
        let name = isBuiltin ? source.name : Self.fileName(source.name)
        command = ShellText.line(["stress"] + record.scenario.commandLine(strategy: name))
        files =
            isBuiltin
            ? []
            : [Self.file(name, source.yaml)]
                + source.files.sorted { $0.key < $1.key }.prefix(20).map { Self.file(PageText.name($0.key), $0.value) }
    }

    /// A name for the strategy's file that needs no quotes.
    private static func fileName(_ strategy: String) -> String {
        let plain = strategy.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "./" + (plain.isEmpty ? "strategy" : String(plain)) + ".yaml"
    }

    /// The text as it is but for what cannot be seen, line by line.
    private static func file(_ name: String, _ text: String) -> File {
        let isCut = text.utf8.count > fileLimit
        let kept = isCut ? String(decoding: text.utf8.prefix(fileLimit), as: UTF8.self) : text
        let lines = kept.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        return File(
            name: name,
            text: lines.map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false)
                    .map { ForeignText.shown(String($0), limit: fileLimit) }.joined(separator: "\t")
            }.joined(separator: "\n"),
            isCut: isCut)
    }
}

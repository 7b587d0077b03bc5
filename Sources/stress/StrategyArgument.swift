internal import FlashSale
internal import Fleet
internal import Foundation
internal import Recordings
internal import Strategies

/// A strategy as the command line names it: one that is built in, or a file.
struct StrategyArgument {
    let name: String

    init(_ name: String) { self.name = name }

    /// The strategy, and all the text that it was read from.
    ///
    /// - Throws: ``RunError`` with 64 if there is none or its file has a mistake.
    func load() throws(RunError) -> (strategy: Strategy, source: Scenario.StrategySource) {
        let yaml = try text()
        let folder = URL(fileURLWithPath: name).deletingLastPathComponent()
        let isBuiltin = BuiltinStrategies.yaml(named: name) != nil
        do throws(StrategyFileError) {
            let strategy = try StrategyFile.parse(yaml, file: name) { companion throws(StrategyFile.CompanionProblem) in
                guard !isBuiltin else { return try StrategyFile.noCompanions(companion) }
                // The system would take what stands before it for the name.
                guard !companion.utf8.contains(0) else {
                    throw StrategyFile.CompanionProblem("a NUL character is in the name of a file, which no file has")
                }
                do throws(RunError) {
                    return try Self.read(URL(fileURLWithPath: companion, relativeTo: folder).path, "a script")
                } catch {
                    throw StrategyFile.CompanionProblem(error.message)
                }
            }
            let files = strategy.scripts + strategy.libraries
            return (
                strategy,
                Scenario.StrategySource(
                    name: strategy.name, yaml: yaml,
                    files: Dictionary(
                        files.compactMap { script in script.companion.map { ($0, script.text) } },
                        uniquingKeysWith: { first, _ in first }))
            )
        } catch {
            throw RunError(.usage, error.description)
        }
    }

    /// The text of the strategy file.
    ///
    /// - Throws: ``RunError`` with 64 if there is none.
    func text() throws(RunError) -> String {
        if let builtin = BuiltinStrategies.yaml(named: name) { return builtin }
        if name.hasSuffix(".lua") { throw isScript() }
        // Not access, which is refused to those who may not read it.
        var status = stat()
        if stat(name, &status) != 0, errno == ENOENT { throw unknown() }
        return try Self.read(name, "a strategy file")
    }

    /// The text of a Lua script.
    ///
    /// - Throws: ``RunError`` with 64 if there is none.
    static func script(_ path: String) throws(RunError) -> String { try read(path, "a script") }

    private func isScript() -> RunError {
        let isThere = FileManager.default.fileExists(atPath: name)
        return RunError(
            .usage,
            "\(name) is a script and no strategy file: which keys it is given, how the sale is opened, and what its answers mean, stands in a "
                + "strategy file that names it (scripts: { buy: { file: \(name) } }). "
                + (isThere
                    ? "A first one is written by: stress strategies new \(name)" : "There is no file \(name), though")
                + "; see docs/bring-your-own.md")
    }

    private func unknown() -> RunError {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            return RunError(.usage, "the strategy file \(name) does not exist")
        }
        let near = NearestNames.of(name, among: BuiltinStrategies.names)
        let hint = near.isEmpty ? "" : "did you mean \(near.joined(separator: " or "))? "
        return RunError(
            .usage,
            "there is no strategy \(name); \(hint)built in are \(BuiltinStrategies.names.joined(separator: ", ")); "
                + "a file is named by its path")
    }

    private static func read(_ path: String, _ what: String) throws(RunError) -> String {
        do throws(InputProblem) {
            let bytes = try SmallInput.bytes(of: path, limit: StrategyFile.byteLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw InputProblem(reason: "is no UTF-8 text, as \(what) is")
            }
            return text
        } catch {
            throw RunError(
                .usage,
                error.isMissing ? "the file \(path) does not exist" : "\(what) is wanted, and \(path) \(error.reason)")
        }
    }
}

internal import ArgumentParser
internal import FlashSale
internal import Foundation
internal import Proxy
internal import Recordings
internal import Strategies

/// What a shell offers where the kinds of the parser say too little.
enum Completion {
    /// A built-in strategy, or a strategy file: the shell asks this program, because files come and go.
    static var strategy: CompletionKind { .custom { _, _, typed in strategies(typed) } }

    /// As `--fault list` shows them; each can be used as it is.
    static var faults: CompletionKind {
        .list(FaultKind.allCases.map { Fault($0, at: .sold(share: 0.3)).text } + ["list"])
    }

    /// The usual one of each kind.
    static var topology: CompletionKind { .list(["replicas:2", "sentinel:3", "cluster:3+3"]) }

    /// As columns of a matrix.
    static var matrixFaults: CompletionKind { .list(["none"] + FaultKind.allCases.map(\.rawValue)) }

    /// On a proxy's wire.
    static var proxyFaults: CompletionKind { .list(ProxyFaults.Kind.allCases.map(\.rawValue)) }

    /// Programs whose logs are known.
    static var logTools: CompletionKind { .list(LogTool.allCases.map(\.rawValue)) }

    /// Whose repeated calls give what the first one got.
    static var idempotency: CompletionKind { .list(["purchase", "buyer"]) }

    static var csv: CompletionKind { .file(extensions: ["csv"]) }

    /// Built-in strategies, and the folders and strategy files that begin with what was typed.
    ///
    /// - Parameter typed: what stands before the cursor.
    private static func strategies(_ typed: String) -> [String] {
        BuiltinStrategies.names.filter { $0.hasPrefix(typed) } + files(typed)
    }

    private static func files(_ typed: String) -> [String] {
        let parent = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        // It is part of each answer, so what holds for names holds for it.
        guard parent.split(separator: "/").allSatisfy({ isPlain(String($0)) }) else { return [] }
        let start = typed.dropFirst(parent.count)
        let place = parent.isEmpty ? "." : parent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasPrefix(start), start.hasPrefix(".") || !name.hasPrefix("."), isPlain(name) else { return nil }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(place)/\(name)", isDirectory: &isFolder) else { return nil }
            if isFolder.boolValue { return "\(parent)\(name)/" }
            return name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? parent + name : nil
        }
    }

    /// Whether a shell takes the name as it is. bash would run what another one says in `$(…)`.
    private static func isPlain(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "._-+@%".unicodeScalars.contains($0)
        }
    }
}

/// Says where a line of a script is that a server's error names: it calls every script `user_script`.
package struct ScriptPlaces: Sendable {
    private let strategy: Strategy
    private let hashes: [String: String]

    /// - Parameter hashes: the SHA-1 of scripts by name, as far as they are known.
    package init(_ strategy: Strategy, hashes: [String: String] = [:]) {
        self.strategy = strategy
        self.hashes = hashes
    }

    /// A text of the server with the places in the place of `@user_script:9` and `user_function:3`.
    ///
    /// - Parameter script: the one that it is about; nil where the text itself has to tell that. If it does not, it stays as it is.
    package func shown(_ text: String, of script: Strategy.Script? = nil) -> String {
        var shown = ""
        var rest = text[...]
        while let (range, word, line) = Self.next(in: rest) {
            shown += rest[..<range.lowerBound]
            let named = script ?? (word == Self.script ? self.script(in: text) : library(in: text))
            shown += named.map { strategy.place(of: $0, line: line) } ?? String(rest[range])
            rest = rest[range.upperBound...]
        }
        return shown + rest
    }

    private static let script = "user_script:"
    private static let function = "user_function:"

    /// The next place in a text: where it stands, its word, and the line that it names.
    private static func next(in text: Substring) -> (Range<Substring.Index>, word: String, line: Int)? {
        var start = text.startIndex
        while let first = text[start...].firstIndex(where: { $0 == "@" || $0 == "u" }) {
            let word = text[first...].drop { $0 == "@" }
            if let name = [script, function].first(where: { word.hasPrefix($0) }) {
                let digits = word.dropFirst(name.count).prefix { $0.isASCII && $0.isNumber }
                if let line = Int(digits), line > 0 { return (first..<digits.endIndex, name, line) }
            }
            start = text.index(after: first)
        }
        return nil
    }

    private func script(in text: String) -> Strategy.Script? {
        if strategy.scripts.count == 1 { return strategy.scripts[0] }
        return strategy.scripts.first { script in hashes[script.name].map { text.contains($0) } ?? false }
    }

    private func library(in text: String) -> Strategy.Script? {
        if strategy.libraries.count == 1 { return strategy.libraries[0] }
        // `… script: stress_7_buy, on @user_function:3.`
        let called = strategy.scriptCalls.map(\.callee.name).filter { name in
            text.contains("script: \(name),") || text.contains("_\(name), on ")
        }
        let having = strategy.libraries.filter { library in
            called.contains { library.text.contains("'\($0)'") || library.text.contains("\"\($0)\"") }
        }
        return having.count == 1 ? having[0] : nil
    }
}

extension Strategy {
    /// Where a line of a script is: `buy.lua:9`, or the line of the strategy file that has it.
    ///
    /// - Parameter line: from 1.
    package func place(of script: Script, line: Int) -> String {
        if let companion = script.companion { return "\(companion):\(line)" }
        if let first = script.textLine { return "\(file):\(first + line - 1)" }
        return "\(file):\(script.line) (line \(line) of \(script.name))"
    }
}

internal import FlashSale
internal import Shop
internal import Strategies

/// Commands of a strategy for people: scripts by their names, and keys as the file has them.
struct CommandWords {
    private var names: [String: String] = [:]
    private let functions: String
    private let tag: String
    private static let longest = 40

    init(_ strategy: Strategy, hashes: [String: String], tag: String) {
        functions = SaleFunctions(saleTag: tag).prefix
        self.tag = tag
        for script in strategy.scripts {
            names[script.text] = script.name
            if let hash = hashes[script.name] { names[hash] = script.name }
        }
    }

    func text(of words: [[UInt8]]) -> String {
        words.map { word in
            let text = String(decoding: word, as: UTF8.self)
            if let name = names[text] { return name }
            if text.hasPrefix(functions) { return String(text.dropFirst(functions.count)) }
            let own = text.replacing(tag, with: "{sale}")
            return ForeignText.printable(own.count > Self.longest ? own.prefix(Self.longest - 1) + "…" : own)
        }.joined(separator: " ")
    }
}

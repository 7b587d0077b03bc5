/// Commands that the server answers only when somebody else has done something, or their time is over.
enum BlockingCommand {
    /// Whether a command that has to wait does so without an end: the time that it gives itself is 0.
    ///
    /// - Parameter words: its name and its arguments.
    static func hasNoEnd(_ words: [String]) -> Bool {
        guard let name = words.first?.uppercased() else { return false }
        switch name {
        case "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BZPOPMIN", "BZPOPMAX", "WAIT", "WAITAOF":
            return isZero(words.last)
        case "BLMPOP", "BZMPOP": return isZero(words.dropFirst().first)
        case "XREAD", "XREADGROUP":
            // What follows STREAMS is names.
            let options = words.prefix { $0.uppercased() != "STREAMS" }
            guard let block = options.firstIndex(where: { $0.uppercased() == "BLOCK" }) else { return false }
            return isZero(options.dropFirst(block + 1).first)
        default: return false
        }
    }

    private static func isZero(_ word: String?) -> Bool { word.flatMap(Double.init) == 0 }
}

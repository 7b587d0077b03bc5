internal import Proxy

/// How long a command waits for others.
enum BlockingTime {
    /// In seconds; nil where it waits for ever, or nobody knows.
    static func seconds(of command: SteppedCommand) -> Double? {
        let words = command.arguments.map { String(decoding: $0, as: UTF8.self) }
        let seconds: Double?
        switch command.name {
        case "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BZPOPMIN", "BZPOPMAX":
            seconds = words.last.flatMap { Double($0) }
        case "BLMPOP", "BZMPOP": seconds = words.count > 1 ? Double(words[1]) : nil
        case "WAIT", "WAITAOF": seconds = words.last.flatMap { Double($0) }.map { $0 / 1000 }
        default:
            let place = words.firstIndex { $0.uppercased() == "BLOCK" }
            seconds = place.flatMap { $0 + 1 < words.count ? Double(words[$0 + 1]) : nil }.map { $0 / 1000 }
        }
        return seconds.flatMap { $0 > 0 ? $0 : nil }
    }
}

import Testing

/// A strategy file that aims at keys of others, made from a harmless one by replacing single parts.
struct HostileFile: Sendable, CustomTestStringConvertible {
    var name: String
    /// Exit codes that are right for it: 64 and 69 refuse it, others are for files that turn out to be harmless.
    var exitCodes: Set<Int32>
    var yaml: String
    /// What the message has to name.
    var mention: String

    var testDescription: String { name }

    /// Part of a script: empties the server, which no reading of the script can see.
    static let flush = "redis.call('FLUSH'..'ALL')"

    /// - Parameters:
    ///   - script: the body of the script after the first line, which takes a unit or returns -1.
    ///   - before: steps before the script's.
    init(
        _ name: String, exitCodes: Set<Int32> = [64], mention: String = "", script: String = "",
        before: [String] = [],
        keys: String = #""{stock}""#, open: String = "", close: String = "", stock: String = "GET {stock}",
        ledger: String = "", outcomes: String = "", scripts: String = ""
    ) {
        self.name = name
        self.exitCodes = exitCodes
        self.mention = mention
        let body =
            (["local left = redis.call('DECR', KEYS[1])", "if left < 0 then redis.call('INCR', KEYS[1]) return -1 end"]
            + (script.isEmpty ? [] : script.split(separator: "\n").map(String.init)) + ["return left"])
            .map { "      " + $0 }.joined(separator: "\n")
        yaml = """
            strategy: hostile
            keys: { stock: "{sale}:stock", list: "{sale}:list", places: "{sale}:places" }
            scripts:
              take: |
            \(body)
            \(scripts.isEmpty ? "" : "  \(scripts)")
            open:
              - SET {stock} {units}
              - RPUSH {list} STORE 2 LEFT evil
              - GEOADD {places} 13.3 52.5 STORE
            \(open.isEmpty ? "" : "  - \(open)")
            buy:
            \(before.map { "  - \($0)" }.joined(separator: "\n"))
              - script: take
                keys: [ \(keys) ]
                args: [ "{buyer}" ]
                outcomes:
            \(outcomes.isEmpty ? "" : "      - \(outcomes)")
                  - { when: -1, then: sold-out }
                  - { when: ">= 0", then: won, remaining: reply }
            stock: \(stock)
            \(ledger.isEmpty ? "" : "ledger: \(ledger)")
            close:
              - DEL {stock} {list} {places}
            \(close.isEmpty ? "" : "  - \(close)")
            """
    }

    /// A file without scripts, which the rehearsal does not look at.
    init(
        plain name: String, exitCodes: Set<Int32> = [64], mention: String = "", step: String, captures: String = "",
        yaml tail: String = ""
    ) {
        self.name = name
        self.exitCodes = exitCodes
        self.mention = mention
        yaml = """
            strategy: hostile
            keys: { stock: "{sale}:stock", list: "{sale}:list", places: "{sale}:places" }
            open:
              - SET {stock} {units}
              - RPUSH {list} STORE 2 LEFT evil
              - GEOADD {places} 13.3 52.5 STORE
            buy:
            \(captures.isEmpty ? "" : captures.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
              - send: \(step)
              - send: DECR {stock}
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: "< 0", then: sold-out }
            stock: { read: "GET {stock}", below-zero: sold-out }
            close:
              - DEL {stock} {list} {places}
            \(tail)
            """
    }
}

/// What a script asks of whoever calls it, as far as its words tell: its keys and what it does with them, its arguments and what it
/// calls them, and what it returns where. A guess for a first strategy file, unlike ``LuaReading``, which says only what is sure.
package struct LuaOutline: Sendable {
    /// An element of KEYS, or a key that the script makes up.
    package struct Key: Sendable, Equatable {
        /// What the script calls it; nil where it has no name.
        package var name: String?
        /// The commands that are called on it, in capitals and in order, each with the text that follows the key.
        package var uses: [Use] = []
        /// What it is called on the server, where the script makes it up itself.
        package var text: String?
    }

    package struct Use: Sendable, Equatable {
        package var command: String
        /// The second argument, where it is written out.
        package var field: String?
        /// Whether a number below 0 is given, or one that is subtracted.
        package var isNegative = false
        /// The argument of the script that follows the key, from 1.
        package var argument: Int?
    }

    /// What the script returns at one place.
    package struct Return: Sendable, Equatable {
        package enum Value: Sendable, Equatable {
            case integer(Int)
            case text(String)
            case error(String)
            case null
            /// A table; its first element, where that is a number that is written out.
            case table(first: Int?)
            case json
            /// Something that is only known when it runs, as the script has it.
            case other(String)
        }

        package enum Meaning: Sendable { case won, soldOut, duplicate, failed }

        package var value: Value
        package var line: Int
        /// What it seems to mean, from the condition that it stands under.
        package var meaning: Meaning
    }

    /// KEYS by their numbers from 1.
    package internal(set) var keys: [Int: Key] = [:]
    /// Keys that the script makes up, in the order of their first use.
    package internal(set) var ownKeys: [Key] = []
    /// What the script calls each ARGV, by their numbers from 1.
    package internal(set) var arguments: [Int: [String]] = [:]
    /// Arguments that become part of a key that the script makes up.
    package internal(set) var keyArguments: Set<Int> = []
    /// Those outside of functions, in the order of the script.
    package internal(set) var returns: [Return] = []

    package init(_ text: String) {
        var scan = LuaOutlineScan(LuaLexer.tokens(of: text))
        scan.run()
        self = scan.outline
    }

    init() {}
}

/// What is known of the value of an expression without running it.
struct LuaValue {
    /// What it is for sure; `unknown` wherever there is a doubt.
    enum Kind: Equatable {
        case unknown
        /// `nil`, `true` or `false`, written out.
        case constant
        /// A number, or nil where `tonumber` could make none.
        case number
        /// The reply of the named command, which is always a number.
        case count(command: String)
        /// A string that Redis gave (or false or nil in its place).
        case text
        /// `redis.call('GET', …) or 0`: a string where the key exists, else a number.
        case textOrNumber
        /// An element of KEYS.
        case key
        /// A string that stands in the script.
        case literal(String)
        /// A string put together by the script.
        case built
        /// A table whose elements by index are strings from Redis: ARGV, or the reply of HMGET.
        case texts
        /// KEYS.
        case keys
        /// `unpack` of texts: as many strings as are wanted.
        case unpackedTexts
        /// `ipairs` of texts: the second loop variable is a string.
        case textIterator
        /// The table `redis`, or `server` in Valkey.
        case redis
        /// `redis.call`, or `redis.pcall`, which returns an error instead of raising it.
        case call(isProtected: Bool)
        /// A function of Lua's own or of Redis, such as `tonumber` or `string.format`.
        case builtin(String)
        /// A table of such functions.
        case library(String)
    }

    /// What an assignment to this expression would change.
    enum Place {
        case none
        /// A variable; the token that names it.
        case name(Int)
        /// An element of a table.
        case element(of: Kind)
        /// A call, which may also stand as a statement.
        case call(isProtected: Bool)
    }

    /// A number that is always true where it stands as a condition.
    struct BareTest {
        var command: String
        var words: String
        /// The token at which it stands.
        var token: Int
        /// The assignment that gave it to a variable, if one did.
        var definition: Int?
    }

    var kind: Kind = .unknown
    /// How a message calls it, as near to the script's own words as is short.
    var words = "…" {
        didSet { if words.utf8.count > Self.longestWords { words = "…" } }
    }
    /// The token at which it begins.
    var token: Int
    var place: Place = .none
    /// The token of the assignment that gave the variable this value.
    var definition: Int?
    /// Its value, for an integer that is written out.
    var integer: Int?
    /// What would be tested if this expression stood as a condition.
    var tests: [BareTest] = []

    private static let longestWords = 80

    /// How comparisons see a kind.
    enum Sort { case text, textOrNumber, writtenText, number, other }

    var sort: Sort {
        switch kind {
        case .text, .key, .unpackedTexts: .text
        case .textOrNumber: .textOrNumber
        case .literal, .built: .writtenText
        case .number, .count: .number
        default: .other
        }
    }
}

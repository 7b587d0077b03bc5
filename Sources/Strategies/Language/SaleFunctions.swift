/// Redis Functions under names that carry the sale's tag.
///
/// A library and its functions live on the whole server, beside those of others and of other runs. The tag in
/// their names keeps them apart, and tells whoever finds one later which run it belongs to.
package struct SaleFunctions: Sendable, Equatable {
    /// `stress_b8vuo2njxy_` for the sale `{stress:b8vuo2njxy}`, and for every other tag with the same braces.
    package let prefix: String

    /// - Parameter saleTag: what `{sale}` stands for.
    package init(saleTag: String) {
        let inside = saleTag.drop { $0 == "{" }.prefix { $0 != "}" }
        // Redis allows letters, digits and underscores in these names.
        prefix = String(inside.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_"
    }

    /// What a function of the strategy file is called on the server.
    package func name(of function: String) -> String { prefix + function }

    /// What a library is called on the server; nil where its first line names none, as FUNCTION LOAD wants it.
    package func name(ofLibrary text: String) -> String? { Self.givenName(text).map { prefix + $0 } }

    /// A library as it is loaded: its own name and those that it registers get the prefix, and no line moves.
    ///
    /// Where the text registers a function in a way that is not seen here, that one keeps its name, which the server tells.
    package func text(of library: String) -> String {
        guard let end = library.firstIndex(where: \.isNewline) else { return renamed(library) }
        let body = library[library.index(after: end)...].replacing(Self.registration) { _ in Self.register }
        return renamed(library[..<end]) + String(library[end]) + preamble + body
    }

    private func renamed(_ firstLine: some StringProtocol) -> String {
        firstLine.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.hasPrefix("name=") ? "name=\(prefix)\(word.dropFirst(5))" : String(word)
        }.joined(separator: " ")
    }

    private static func givenName(_ text: String) -> String? {
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        return words.first { $0.hasPrefix("name=") }.map { String($0.dropFirst(5)) }
    }

    /// `redis.register_function`, `server.register_function` and `redis["register_function"]`.
    private static var registration: Regex<Substring> {
        /[A-Za-z_]\w*\s*(?:\.\s*register_function\b|\[\s*(?:"register_function"|'register_function')\s*\])/
    }
    private static let register = "stress_register_function"

    /// Stands in front of the library's second line. While a library is loaded it has nothing of Lua's own functions, and may not
    /// set globals.
    private var preamble: String {
        "local function \(Self.register)(a,b) "
            + "if b==nil then a.function_name='\(prefix)'..a.function_name return redis.register_function(a) end "
            + "return redis.register_function('\(prefix)'..a,b) end "
    }
}

import FlashSale
import Testing

/// Something that looks like a forgery and has an explanation.
struct Explained: CustomTestStringConvertible, Sendable {
    var what: String
    var forge: @Sendable (inout ForgedSale) -> Void
    var testDescription: String { what }

    init(_ what: String, _ forge: @escaping @Sendable (inout ForgedSale) -> Void) {
        self.what = what
        self.forge = forge
    }
}

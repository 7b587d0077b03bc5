import FlashSale
import Testing

/// A forgery, and what the check that should find it says.
struct Forgery: CustomTestStringConvertible, Sendable {
    var what: String
    var check: CheckName
    var result: CheckResult.Result
    var forge: @Sendable (inout ForgedSale) -> Void
    var testDescription: String { what }

    init(
        _ what: String, _ check: CheckName, _ result: CheckResult.Result = .violated,
        _ forge: @escaping @Sendable (inout ForgedSale) -> Void
    ) {
        self.what = what
        self.check = check
        self.result = result
        self.forge = forge
    }
}

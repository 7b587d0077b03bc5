package import FlashSale

/// What came of the claims of a strategy file, after its rehearsal.
package enum ClaimText {
    /// Empty where there are none.
    package static func text(_ claims: [RunRecord.Claim], _ layout: TextLayout) -> String {
        guard let section = ReportDocument.claims(claims) else { return "" }
        let heading = layout.hanging(
            section.text ?? "", after: section.title + "  ", painted: layout.paint.heading(section.title) + "  ")
        let points = section.parts.flatMap { part in
            if case .points(let points) = part {
                points.flatMap { layout.hanging($0, after: "  - ") }
            } else {
                [String]()
            }
        }
        return "\n" + (heading + points).joined(separator: "\n") + "\n"
    }
}

internal import FlashSale

/// Colours for a terminal, or none. Text is padded before it is painted, so that columns stay in line.
struct Paint {
    let isOn: Bool

    func heading(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }

    /// Paints `text` as a verdict or a check's `result` is painted.
    func result(_ text: String, _ result: CheckResult.Result) -> String {
        switch result {
        case .upheld: wrap(text, "1;32")
        case .violated: wrap(text, "1;31")
        case .inconclusive: wrap(text, "1;33")
        case .notApplicable: faint(text)
        }
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

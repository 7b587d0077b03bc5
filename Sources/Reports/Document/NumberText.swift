internal import FlashSale

/// Numbers as people read them. Nothing here shows a NaN.
enum NumberText {
    /// What stands for a number that is not there.
    static let absent = "-"

    /// `1,234,567`, or `-` for nil.
    static func grouped(_ number: Int?) -> String { number?.grouped ?? absent }

    /// `1,234.5` for 1 place, rounded; `-` for what is no number.
    static func grouped(_ number: Double, places: Int) -> String { number.grouped(places: places) ?? absent }

    /// A share of a whole in percent: `12.3%`. What is not quite nothing or not quite all does not look like it.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return absent }
        let percent = Double(part) / Double(whole) * 100
        if part > 0, percent < 0.05 { return "<0.1%" }
        if part < whole, percent >= 99.95 { return ">99.9%" }
        return grouped(percent, places: 1) + "%"
    }

    /// A number of events a second: whole from 100, and not nothing where it is a little.
    static func rate(_ number: Double) -> String {
        grouped(number, places: abs(number) >= 99.5 ? 0 : abs(number) >= 0.0995 || number == 0 ? 1 : 3)
    }

    /// `850 ms`, `12.3 s`, `2 min 5 s`, `1 h 3 min`.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return absent }
        if seconds < 0.0005 { return "0 ms" }
        if seconds < 0.9995 { return grouped(seconds * 1000, places: seconds < 0.00995 ? 1 : 0) + " ms" }
        if seconds < 9.995 { return grouped(seconds, places: 2) + " s" }
        if seconds < 59.95 { return grouped(seconds, places: 1) + " s" }
        guard seconds < 1e15 else { return absent }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\((whole / 3600).grouped) h \(whole % 3600 / 60) min"
    }
}

/// A swatch and its name.
struct LegendEntry: Sendable, Equatable {
    enum Kind: Sendable { case line, area, dot }

    var name: String
    var style: Int
    var kind: Kind

    /// Where each entry starts in lines that are no wider than that, from left to right.
    static func places(_ widths: [Double], in width: Double) -> [(x: Double, line: Int)] {
        var x = 0.0
        var line = 0
        return widths.map { entry in
            if x > 0, x + entry > width {
                x = 0
                line += 1
            }
            defer { x += entry }
            return (x, line)
        }
    }
}

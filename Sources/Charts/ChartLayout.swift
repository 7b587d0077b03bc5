/// The measures of a picture, in user units.
package struct ChartLayout: Sendable, Equatable {
    /// As the style sheet calls it.
    package var name: String
    package var width: Double
    /// Of the plot alone, where its y axis has no bands.
    package var plotHeight: Double
    package var fontSize: Double

    /// Of pages from 720 pixels on, where it is shrunk to no less than 0.85 of its size.
    package static let wide = ChartLayout(name: "wide", width: 860, plotHeight: 220, fontSize: 13.5)
    /// Of telephones.
    package static let narrow = ChartLayout(name: "narrow", width: 370, plotHeight: 190, fontSize: 12.5)

    package static let all = [wide, narrow]

    /// The height of a line of text.
    var line: Double { (fontSize * 1.5).rounded() }
    /// The height of a band of the y axis.
    var band: Double { 24 }
}

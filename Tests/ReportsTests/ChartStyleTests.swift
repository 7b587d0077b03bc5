import Foundation
import Testing

/// The colours of pictures against the backgrounds that page.css has (Web Content Accessibility Guidelines 2.2, 1.4.3 and
/// 1.4.11).
struct ChartStyleTests {
    private static let sheet: String = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let path = tests.appendingPathComponent("../../Sources/Reports/Templates/charts.css")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    /// The colours of the light page, or of the dark one.
    private static func colours(isDark: Bool) throws -> [(name: String, colour: String)] {
        let start = try #require(sheet.range(of: "@media (prefers-color-scheme: dark)"))
        let end = try #require(sheet.range(of: "svg.chart {"))
        let part = isDark ? sheet[start.upperBound..<end.lowerBound] : sheet[..<start.lowerBound]
        return part.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: ":").map { $0.trimmingCharacters(in: [" ", ";"]) }
            guard halves.count == 2, halves[0].hasPrefix("--"), halves[1].hasPrefix("#") else { return nil }
            return (halves[0], halves[1])
        }
    }

    private static func luminance(_ colour: String) -> Double {
        let value = Int(colour.dropFirst(), radix: 16) ?? 0
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(value >> shift & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private static func contrast(_ one: String, _ other: String) -> Double {
        let (first, second) = (luminance(one), luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    @Test(arguments: [(false, "#ffffff"), (true, "#14171a")])
    func hasEnoughContrast(isDark: Bool, background: String) throws {
        let colours = try Self.colours(isDark: isDark)
        #expect(colours.count { $0.name.hasPrefix("--series-") } == 8)
        let tagText = try #require(colours.first { $0.name == "--chart-tag-text" }).colour
        for (name, colour) in colours {
            let contrast = Self.contrast(colour, background)
            switch name {
            case "--chart-text", "--chart-muted": #expect(contrast >= 4.5, "\(name)")
            // Lines of the grid and of patterns tell nothing that nothing else does.
            case "--chart-grid", "--chart-ink", "--chart-tag-text": break
            case "--chart-fault", "--chart-alarm", "--chart-event":
                #expect(contrast >= 3 && Self.contrast(colour, tagText) >= 4.5, "\(name)")
            default: #expect(contrast >= 3, "\(name)")
            }
        }
    }

    /// Whoever sees no colours tells lines apart by their dashes.
    @Test func hasADashOfItsOwnForEachLine() {
        let dashes = Self.sheet.split(separator: "\n").filter { $0.hasPrefix(".chart .series-") }
            .map { line in
                line.range(of: "stroke-dasharray: ").map { line[$0.upperBound...].prefix { $0 != ";" } } ?? ""
            }
        #expect(dashes.count == 8)
        #expect(Set(dashes).count == 8)
    }
}

internal import FlashSale
internal import Foundation
internal import Reports

/// What the page is told, as one server-sent event.
enum LiveEvent {
    /// A sale begins, or a browser comes while it goes on: all that the page shows is made anew.
    struct Run: Encodable {
        var run: String
        var strategy: String
        /// From 1.
        var number: Int
        var of: Int
        var units: Int
        var samples: [Sample]
    }

    /// One point of the pictures.
    struct Sample: Encodable, Equatable {
        /// Since the doors opened.
        var seconds: Double
        var unitsLeft: Int
        var attemptsPerSecond: Double
        var p99Us: Double?
    }

    struct Progress: Encodable {
        var run: String
        var summary: ProgressSummary
        var sample: Sample
    }

    struct Verdict: Encodable {
        var run: String
        var verdict: String
        var headline: String
        var reason: String?
        var problem: String?
        /// Of the run's results, as it is on this machine.
        var folder: String?
        var sections: [Section]
    }

    struct Section: Encodable {
        var title: String
        var lines: [String]
    }

    /// Nothing more comes.
    struct Over: Encodable {
        var reason: String
    }

    /// The lines of an event. JSON has no line break, so that it is one line of data.
    static func text(_ name: String, _ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
        let json = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return "event: \(name)\ndata: \(json)\n\n"
    }
}

import FlashSale
import Foundation
import Reports
import Testing

@testable import Live

@Suite struct LiveFeedTests {
    private let feed = LiveFeed()

    private func events(_ stream: AsyncStream<String>) async -> [String] {
        var events: [String] = []
        for await text in stream { events.append(text) }
        return events
    }

    private func name(_ event: String) -> Substring {
        event.dropFirst("event: ".count).prefix { $0 != "\n" }
    }

    @Test func eventsComeInOrder() async {
        let stream = feed.events()
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 2)
        feed.show(LiveSale.progress(0.1), LiveSale.scenario)
        feed.show(LiveSale.progress(0.2), LiveSale.scenario)
        feed.judge(LiveSale.document, run: "a", metrics: "# EOF\n")
        feed.begin(run: "b", LiveSale.scenario, number: 2, of: 2)
        feed.close(because: "It is over.")
        let events = await events(stream)
        #expect(events.dropFirst().map(name) == ["run", "progress", "progress", "verdict", "run", "over"])
        // Each is one line of data, whatever the texts hold.
        #expect(events.dropFirst().allSatisfy { $0.split(separator: "\n").count == 2 && $0.hasSuffix("\n\n") })
        #expect(events.last?.contains("It is over.") == true)
    }

    /// Whoever comes later, or reloads the page, is told how it came to this, in one piece.
    @Test func whoComesLaterIsToldEverything() async {
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        for tenth in 1...20 { feed.show(LiveSale.progress(Double(tenth) / 10, sold: tenth), LiveSale.scenario) }
        feed.judge(LiveSale.document, run: "a", metrics: "# EOF\n")
        let stream = feed.events()
        feed.close(because: "It is over.")
        let events = await events(stream)
        #expect(events.count == 2)
        let past = events[0].components(separatedBy: "\n\n").filter { $0.hasPrefix("event: ") }
        #expect(past.map(name) == ["run", "progress", "verdict"])
        #expect(past[0].components(separatedBy: "\"units_left\":").count == 21)
        #expect(past[1].contains("20 of 100 sold, 80 left"))
        #expect(past[2].contains("Two buyers have unit 7."))
        // And after the end, too.
        #expect(await self.events(feed.events()).first?.contains("event: over") == true)
    }

    /// Of a reader that reads nothing, only so many events are kept, and the last of all is among them.
    @Test func aSlowReaderLosesTheOlderEvents() async {
        let stream = feed.events()
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        for tenth in 1...1000 { feed.show(LiveSale.progress(Double(tenth) / 10), LiveSale.scenario) }
        feed.close(because: "It is over.")
        let events = await events(stream)
        #expect(events.count == LiveFeed.queueLimit)
        #expect(events.last?.hasPrefix("event: over") == true)
        #expect(events.dropLast().last?.contains("\"seconds\":100") == true)
    }

    /// However long a run is, whoever comes is told no more than so many points, of all of it.
    @Test func pointsOfALongRunAreThinnedOut() async throws {
        feed.begin(run: "a", LiveSale.scenario, number: 1, of: 1)
        for tenth in 1...5000 { feed.show(LiveSale.progress(Double(tenth) / 10), LiveSale.scenario) }
        let stream = feed.events()
        feed.close(because: "")
        let first = try #require(await events(stream).first)
        let run = try #require(first.components(separatedBy: "\n\n").first { $0.hasPrefix("event: run") })
        let count = run.components(separatedBy: "\"units_left\":").count - 1
        #expect(count > LiveFeed.sampleLimit / 4 && count <= LiveFeed.sampleLimit, "\(count)")
        #expect(run.contains("\"seconds\":0.1,"))
    }

    /// What is not the run that goes on is not shown as its verdict.
    @Test func aVerdictBelongsToItsRun() async {
        feed.begin(run: "b", LiveSale.scenario, number: 2, of: 2)
        feed.judge(LiveSale.document, run: "a", metrics: "# EOF\n")
        let stream = feed.events()
        feed.close(because: "")
        #expect(await events(stream).allSatisfy { !$0.contains("event: verdict") })
    }

    @Test func aReaderThatGoesIsForgotten() async {
        do {
            let stream = feed.events()
            #expect(feed.readers == 1)
            let task = Task { for await _ in stream {} }
            task.cancel()
            await task.value
        }
        #expect(feed.readers == 0)
        feed.close(because: "")
    }
}

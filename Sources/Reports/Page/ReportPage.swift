internal import Mustache

/// Runs as one page of HTML that needs nothing else: no network, no other file, and no script to be read.
package enum ReportPage {
    /// Writes the page of one run or of several, which then stand side by side.
    ///
    /// - Parameter runs: at least one.
    package static func write<Sink: ByteSink & ~Copyable>(_ runs: [PageRun], to sink: inout Sink) {
        sink.append(html(runs, nonce: nonce()))
    }

    /// - Parameter nonce: letters and digits that nobody can know beforehand: only what carries them is taken for a style or a
    ///   script of the page.
    package static func html(_ runs: [PageRun], nonce: String) -> String {
        PageTemplates.page.render(PageView(runs, nonce: nonce), library: PageTemplates.library)
    }

    /// Writes the page of another report, such as a comparison.
    ///
    /// - Parameter title: of the window.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ document: ReportDocument, charts: [PageChart], title: String, to sink: inout Sink
    ) {
        let view = PageView(document, charts: charts, title: title, nonce: nonce())
        sink.append(PageTemplates.page.render(view, library: PageTemplates.library))
    }

    private static func nonce() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
    }
}

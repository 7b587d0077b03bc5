internal import Mustache

/// The files of the page of a run that goes on. It holds no figures: they come as events.
package enum LiveDocument {
    /// The style sheets of the page, in the order in which they count. Those that the report's page has come first, so that both
    /// look alike.
    private static let styles: [[UInt8]] = [PackageResources.page_css, PackageResources.live_css]

    package static let style = styles.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    package static let script = String(decoding: PackageResources.live_js, as: UTF8.self)

    package static let page: String = {
        let template = String(decoding: PackageResources.live_mustache, as: UTF8.self)
        // A template of ours, which the tests render: it has no mistake that a user could meet.
        guard let template = try? MustacheTemplate(string: template) else { return "" }
        return template.render(["title": "A sale that goes on"])
    }()
}

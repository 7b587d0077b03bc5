internal import Mustache

/// The files of `Templates`, which are embedded in the program.
enum PageTemplates {
    /// That of pictures first, so that the page's own has the last word.
    static let style = [PackageResources.charts_css, PackageResources.page_css].map(text).joined(separator: "\n")
    static let script = [PackageResources.page_js, PackageResources.charts_js].map(text).joined(separator: "\n")
    static let page = template(PackageResources.page_mustache)

    /// What the page consists of, by the names that templates call it.
    static let library = MustacheLibrary(
        templates: [
            "document": template(PackageResources.document_mustache),
            "overview": template(PackageResources.overview_mustache),
            "run": template(PackageResources.run_mustache),
            "section": template(PackageResources.section_mustache),
            "part": template(PackageResources.part_mustache),
            "table": template(PackageResources.table_mustache),
            "text": template(PackageResources.text_mustache),
            "charts": template(PackageResources.charts_mustache),
            "evidence": template(PackageResources.evidence_mustache),
            "timeline": template(PackageResources.timeline_mustache),
            "repeat": template(PackageResources.repeat_mustache),
        ])

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func template(_ bytes: [UInt8]) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: text(bytes))
        } catch {
            // Our own file, which the tests render.
            preconditionFailure("a template of the page cannot be read: \(error)")
        }
    }
}

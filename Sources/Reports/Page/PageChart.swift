/// A picture of a page, and what it says in words.
package struct PageChart: Sendable, Equatable {
    /// Within the page; made of small letters and hyphens.
    package var id: String
    package var title: String
    /// What the picture shows, in a sentence or two with figures, for whoever cannot see it.
    package var summary: String
    /// Two `svg` elements, a wide and a narrow one, of which the style sheet shows one; texts are escaped. Their colours come
    /// from classes alone, so that they follow the page's.
    package var svg: String

    package init(id: String, title: String, summary: String, svg: String) {
        self.id = id
        self.title = title
        self.summary = summary
        self.svg = svg
    }
}

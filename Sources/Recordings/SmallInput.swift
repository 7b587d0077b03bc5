/// Files that are read as a whole, since they are small.
package enum SmallInput {
    /// Every byte of a regular file.
    ///
    /// - Parameter limit: the most bytes that it may have.
    /// - Throws: ``InputProblem``, also where the file was changed meanwhile.
    package static func bytes(of path: String, limit: Int) throws(InputProblem) -> [UInt8] {
        let file = try InputFile(path, limit: limit)
        var problem: InputProblem?
        let bytes = [UInt8](unsafeUninitializedCapacity: file.size) { buffer, count in
            do throws(InputProblem) {
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        guard bytes.count == file.size, !file.hasChanged else {
            throw InputProblem(reason: "was changed while it was read; read it again when nobody writes to it")
        }
        return bytes
    }
}

internal import FlashSale
internal import Glibc

/// A file of any size, or a pipe, through a buffer of one size.
enum FilePieces {
    /// - Parameters:
    ///   - size: bytes of the buffer; more than `take` can leave.
    ///   - take: is given what it left before and what comes next, and says how much it took.
    /// - Throws: ``RunError``, also where the file was changed meanwhile.
    static func each(
        of path: String, size: Int,
        _ take: (_ piece: UnsafeRawBufferPointer, _ isLast: Bool) throws(RunError) -> Int
    ) throws(RunError) {
        var file: InputFile
        do throws(InputProblem) { file = try InputFile(path, mayBePipe: true) } catch { throw problem(path, error) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        var isLast = false
        while !isLast {
            while filled < buffer.count {
                let count: Int
                do throws(InputProblem) {
                    count = try file.next(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                } catch {
                    throw problem(path, error)
                }
                if count == 0 {
                    isLast = true
                    break
                }
                filled += count
            }
            let taken = try take(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), isLast)
            filled -= taken
            memmove(buffer.baseAddress!, buffer.baseAddress! + taken, filled)
        }
        if file.hasChanged {
            throw problem(
                path, InputProblem(reason: "was changed while it was read; read it again when nobody writes to it"))
        }
    }

    /// Whether there is a regular file.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func problem(_ path: String, _ problem: InputProblem) -> RunError {
        RunError(.usage, "\(path) \(problem.reason)")
    }
}

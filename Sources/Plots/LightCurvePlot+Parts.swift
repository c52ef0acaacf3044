package import FITS

extension LightCurvePlot {
    /// The unit of a figure's fluxes, in which AB magnitudes have their zero point.
    package enum FluxUnit: Sendable {
        case microjansky, nanojansky

        /// AB magnitude of a flux of 1.
        package var zeroPoint: Double {
            switch self {
            case .microjansky: 23.9
            case .nanojansky: 31.4
            }
        }

        var symbol: String {
            switch self {
            case .microjansky: "µJy"
            case .nanojansky: "nJy"
            }
        }
    }

    /// A parameter of the fit, as it is listed beside the panels.
    package struct Parameter: Sendable {
        /// How the fit treated the parameter.
        package enum State: Sendable {
            case free
            /// Known beforehand and held at its value.
            case held
            /// Free, but the fit ended on one of its bounds: the value is the bound's, and its error says nothing.
            case onBound
        }

        /// The parameter's name.
        package let name: String
        /// Its value.
        package let value: Double
        /// One standard deviation; `nil` where there is none to trust.
        package let error: Double?
        /// How the fit treated it.
        package let state: State

        /// A parameter with its error.
        package init(name: String, value: Double, error: Double?, state: State = .free) {
            self.name = name
            self.value = value
            self.error = error
            self.state = state
        }
    }

    /// An image of the sky with what is known of how it lies there.
    package struct Cutout: Sendable {
        /// What stands above the image.
        package let label: String
        /// `nil` where it could not be read.
        package let image: CutoutImage?
        /// How the image lies on the sky; `nil` where nobody knows.
        package let sky: ImageSky?
        /// Why it could not be read, in two or three words: they stand in its frame.
        package let failure: String?

        /// A cutout, or the reason that there is none.
        package init(label: String, image: CutoutImage?, sky: ImageSky? = nil, failure: String? = nil) {
            self.label = label
            self.image = image
            self.sky = sky
            self.failure = failure
        }
    }

    /// What a picture is written as.
    package enum Form: Sendable {
        /// - Parameter width: Pixels across, 300 to 8,000.
        case png(width: Int)
        case svg, pdf
    }
}

package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import java.util.List;

/** One question about a capture: sees every record, then answers. */
interface CaptureCheck {

    /** Takes the next record into its summary. */
    void see(Captured record);

    /** What the summary says. */
    List<Finding> findings();
}

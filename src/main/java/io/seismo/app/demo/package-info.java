/**
 * The demonstration: a small served model, a day of traffic, and three things that go wrong.
 *
 * <p>Real are the broker, the model (all-MiniLM-L6-v2, a small text encoder standing in for a language model), the tapped
 * layer, the trained SAE, ONNX Runtime, Kafka Streams, RocksDB, detection and alerts. Simulated are the users: arrival
 * times are drawn with a seed, texts come from files in the jar and repeat, and event time runs ahead of real time.
 */
@NullMarked
package io.seismo.app.demo;

import org.jspecify.annotations.NullMarked;

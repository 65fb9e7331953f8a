/**
 * The program: its entry point and its root command.
 *
 * <pre>
 * live      run: roles, clocks, life cycle        epochs   the log of specs
 * broker    a broker in this process              demo     everything at once, on a small model
 * doctor    topics and what a broker must do      replay   run and verify
 * spec      validate, plan, test, design          sae      what an SAE is and makes of rows
 * cli       what commands are made of
 * </pre>
 *
 * <p>Commands know each other only through what they are made of; the demo, which runs the others, is the exception.
 */
@NullMarked
package io.seismo.app;

import org.jspecify.annotations.NullMarked;

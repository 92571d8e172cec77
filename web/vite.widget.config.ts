// The chat widget: one script that any page may carry, beside the desk in web/dist.
import { defineConfig } from 'vite'

export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist/chat',
    emptyOutDir: true,
    target: 'es2022',
    lib: { entry: 'src/widget/main.ts', formats: ['iife'], name: 'duetChat', fileName: () => 'widget.js' },
  },
})
